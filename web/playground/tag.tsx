import { createEffect, createSignal, Show } from "solid-js";
import type { Json } from "./schema.ts";

interface TagProps {
  readonly document: Json;
  onDocument(document: Json): void;
  readonly code: string;
  readonly integrity: string;
}

/** What to take home: the settings as JSON, which can be edited here too, and the two tags. */
export function Tag(props: TagProps) {
  const [text, setText] = createSignal("");
  const [fault, setFault] = createSignal<string | null>(null);
  createEffect(() => setText(JSON.stringify(props.document, null, 2)));
  const host = location.origin;
  const tag = () => `<script async src="${host}/c/YOUR_SITE.js"></script>`;
  const pinned = () =>
    `<script async src="${host}/c/YOUR_SITE/${props.code}.js" integrity="${props.integrity}" crossorigin="anonymous"></script>`;

  const take = (json: string) => {
    setText(json);
    try {
      props.onDocument(JSON.parse(json));
      setFault(null);
    } catch (error) {
      setFault(error instanceof Error ? error.message : "This is not JSON.");
    }
  };

  return (
    <div class="take-home">
      <section aria-labelledby="json-heading">
        <h2 id="json-heading">The settings as JSON</h2>
        <p id="json-note">
          Save it and publish it with <code>npm run c360 -- site publish FILE</code>. What you edit here is
          shown above.
        </p>
        <textarea
          aria-labelledby="json-heading"
          aria-describedby="json-note json-fault"
          aria-invalid={fault() !== null}
          rows={16}
          spellcheck={false}
          value={text()}
          onChange={(event) => take(event.currentTarget.value)}
        />
        <p id="json-fault" role="status">
          <Show when={fault()}>{(words) => <>Not taken: {words()}</>}</Show>
        </p>
        <Copy of={text()} what="JSON" />
      </section>
      <section aria-labelledby="tag-heading">
        <h2 id="tag-heading">The tag</h2>
        <p>One request, always the newest code and notice:</p>
        <pre tabindex="0">{tag()}</pre>
        <Copy of={tag()} what="tag" />
        <p>Or pinned: the browser refuses any other code. It asks for the notice in a second request.</p>
        <pre tabindex="0">{pinned()}</pre>
        <Copy of={pinned()} what="pinned tag" />
      </section>
    </div>
  );
}

function Copy(props: { of: string; what: string }) {
  const [said, setSaid] = createSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.of);
      setSaid("Copied.");
    } catch {
      setSaid("The browser does not allow it: select the text and copy it by hand.");
    }
  };
  return (
    <p>
      <button type="button" onClick={copy}>
        Copy the {props.what}
      </button>{" "}
      <span role="status">{said()}</span>
    </p>
  );
}
