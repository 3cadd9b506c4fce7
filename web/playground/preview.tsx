import { createEffect, createSignal, For, onCleanup, onMount } from "solid-js";
import type { Configuration } from "../../consent-banner/configuration.ts";
import type { Happening, Show } from "./message.ts";
import type { Mode } from "./modes.ts";

interface PreviewProps {
  readonly configuration: Configuration;
  readonly language: string;
  readonly mode: Mode;
  /** Pixels; null for all there is. */
  readonly width: number | null;
  readonly code: string;
  readonly integrity: string;
}

/** Settings are typed letter by letter; the banner is loaded anew once they rest. */
const REST_MS = 250;
const HAPPENINGS_SHOWN = 20;
const PAGE = "/playground/frame.html";

/** A page with the real banner under these settings, and what it did. */
export function Preview(props: PreviewProps) {
  let frame: HTMLIFrameElement | undefined;
  const [happenings, setHappenings] = createSignal<readonly string[]>([]);

  const hear = ({ source, data }: MessageEvent<Happening>) => {
    if (frame === undefined || source !== frame.contentWindow) return;
    if (data.kind === "ready") return show();
    const line =
      data.kind === "choice"
        ? `sent to the ledger ${JSON.stringify(data.body)}`
        : `${data.type} ${JSON.stringify(data.detail)}`;
    setHappenings((before) => [line, ...before].slice(0, HAPPENINGS_SHOWN));
  };
  const show = () => {
    const message: Show = {
      kind: "show",
      configuration: props.configuration,
      language: props.language,
      mode: props.mode,
      code: props.code,
      integrity: props.integrity,
    };
    // A sandboxed frame's origin cannot be named; nothing in the message is secret.
    frame?.contentWindow?.postMessage(message, "*");
  };
  onMount(() => addEventListener("message", hear));
  onCleanup(() => removeEventListener("message", hear));

  createEffect<string>((before) => {
    const now = JSON.stringify([props.configuration, props.language, props.mode]);
    if (before === now || before === "") return now;
    const rest = setTimeout(reload, REST_MS);
    onCleanup(() => clearTimeout(rest));
    return now;
  }, "");
  createEffect(() => {
    const { width } = props;
    frame?.style.setProperty("inline-size", width === null ? "100%" : `${width}px`);
  });
  const reload = () => {
    setHappenings([]);
    frame?.setAttribute("src", PAGE);
  };

  return (
    <section class="preview" aria-label="Preview">
      <div class="stage">
        <iframe ref={frame} title="A page with the banner" src={PAGE} sandbox="allow-scripts allow-popups" />
      </div>
      <button type="button" onClick={reload}>
        As a new visitor again
      </button>
      <h2>What happened</h2>
      <ol class="happenings" aria-live="polite">
        <For each={happenings()} fallback={<li>Nothing yet: choose something in the banner.</li>}>
          {(line) => <li>{line}</li>}
        </For>
      </ol>
    </section>
  );
}
