import type { SpokenChange } from "./configuration.ts";
import type { DialogContext } from "./dialog.ts";
import { styleSheet } from "./element.ts";
import css from "./note.css?inline";

/** Content hash of the challenge's code, the name under which it is served. */
declare const __C360_CHALLENGE__: string;

export { clear } from "./forget.ts";
export { createCovers } from "./frames.ts";

/**
 * The quiet line about a coming change of the policy, for who has chosen already.
 * @param told the visitor closed it
 */
export async function addNote(
  root: ShadowRoot,
  { speech: { language }, published, kit: { h } }: DialogContext,
  { text, url }: SpokenChange,
  told: () => void,
): Promise<void> {
  const texts = (await published([language])).notice.texts[language];
  if (texts === undefined) return;
  const cross = h("button", { type: "button", class: "close", "aria-label": texts.close }, "×");
  const note = h(
    "section",
    { class: "card note", "aria-label": texts.policy },
    h("p", {}, text, " ", h("a", { href: url }, texts.coming_change_link)),
    cross,
  );
  cross.onclick = () => {
    told();
    note.remove();
  };
  root.adoptedStyleSheets.push(styleSheet(css));
  root.prepend(note);
}

let pristine: Window["fetch"] | undefined;

/**
 * A request that the page's own `fetch` could not make, or that the worker takes only with some work done.
 * @param asked the answer with the challenge, where there is one
 * @throws TypeError where there is no network
 */
export async function insist(url: string, init: RequestInit, asked?: Response): Promise<Response> {
  const response = asked ?? (await pristineFetch(url, init));
  const challenge = response.headers.get("c360-challenge");
  if (challenge === null) return response;
  const { solve }: typeof import("./challenge.ts") = await import(
    /* @vite-ignore */ `./${__C360_CHALLENGE__}.js`
  );
  const { searchParams } = new URL(url);
  const answer = await solve(challenge, searchParams.get("key") ?? "");
  // Once: whoever is not believed asks again later, as after any refusal that passes.
  return pristineFetch(`${url}&challenge=${answer}`, init);
}

/** The browser's own from an empty frame: pages replace theirs. */
function pristineFetch(url: string, init: RequestInit): Promise<Response> {
  if (!pristine) {
    const frame = document.createElement("iframe");
    frame.hidden = true;
    document.documentElement.append(frame);
    pristine = frame.contentWindow?.fetch ?? fetch;
  }
  return pristine(url, init);
}
