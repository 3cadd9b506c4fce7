import { createSignal, For, Show } from "solid-js";
import { WORDS_IN } from "../../worker/notify/words/tags.ts";
import type { Me } from "./me.ts";
import "./mail-language.css";

/** In which language the member is written to; their organisation's unless they choose. */
export function MailLanguage(props: { readonly me: Me }) {
  const [said, setSaid] = createSignal<"noted" | "failed" | null>(null);
  const choose = async (language: string) => {
    setSaid(null);
    try {
      const answer = await fetch("/api/v1/me", {
        method: "PATCH",
        headers: { "content-type": "application/json", "c360-org": props.me.org.id },
        body: JSON.stringify({ language: language === "" ? null : language }),
      });
      setSaid(answer.ok ? "noted" : "failed");
    } catch {
      setSaid("failed");
    }
  };
  return (
    <p class="mail-language">
      <label>
        Mail to you is in{" "}
        <select onChange={(event) => void choose(event.currentTarget.value)}>
          <option value="" selected={props.me.user.language === null}>
            the organisation’s language
          </option>
          <For each={WORDS_IN}>
            {(tag) => (
              <option value={tag} lang={tag} selected={tag === props.me.user.language}>
                {new Intl.DisplayNames(tag, { type: "language" }).of(tag)}
              </option>
            )}
          </For>
        </select>
      </label>
      <span role="status">
        <Show when={said()}>
          {(word) => (word() === "noted" ? "Noted." : "It could not be noted. Try again.")}
        </Show>
      </span>
    </p>
  );
}
