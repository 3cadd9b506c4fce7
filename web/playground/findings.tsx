import { For, Show } from "solid-js";
import type { Remark } from "./judge.ts";

/** What publishing would say of these settings. */
export function Findings(props: { findings: readonly Remark[]; stale: boolean }) {
  return (
    <section class="findings" aria-labelledby="findings-heading">
      <h2 id="findings-heading">Checks before publishing</h2>
      <p role="status">
        <Show when={props.findings.length > 0} fallback="Nothing stands in the way.">
          {props.stale
            ? "These settings would not be published; above is the last banner that would."
            : "These settings may be published; see what is said of them."}
        </Show>
      </p>
      <ul>
        <For each={props.findings}>
          {(finding) => (
            <li>
              <strong>{finding.severity === "error" ? "Error" : "Warning"}</strong> at{" "}
              <code>{finding.pointer === "" ? "the whole" : finding.pointer}</code>: {finding.reason}{" "}
              {finding.suggestion}
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
