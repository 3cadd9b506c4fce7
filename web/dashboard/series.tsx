import { createEffect, createSignal, For, onCleanup, onMount, Show } from "solid-js";
import type { SlotRow } from "../live/message.ts";
import type { DayClock } from "./day.ts";
import { formatCount, formatTalk } from "./figures.ts";
import { sentenceOf } from "./sentence.ts";
import { drawSeries, type SeriesChart } from "./series-chart.ts";
import { span } from "./span.ts";

/** The day's calls by half hour and status: a picture, its sentence, and the same as a table. */
export function Series(props: { team: string | null; rows: readonly SlotRow[]; clock: DayClock }) {
  const [asTable, setAsTable] = createSignal(false);
  const sentence = () => sentenceOf(props.team ?? "all teams", props.rows, props.clock);
  const busy = () => props.rows.filter((row) => row.n > 0);
  return (
    <section class="series" aria-labelledby="series-title">
      <div class="series-head">
        <h2 id="series-title">Calls by half hour</h2>
        <ul class="legend" aria-hidden="true">
          <li>
            <span class="swatch connected" /> Connected
          </li>
          <li>
            <span class="swatch missed" /> Missed
          </li>
          <li>
            <span class="swatch declined" /> Declined
          </li>
        </ul>
        <button
          type="button"
          class="quiet"
          aria-expanded={asTable()}
          aria-controls="series-table"
          onClick={() => setAsTable((before) => !before)}
        >
          {asTable() ? "Hide table" : "Show table"}
        </button>
      </div>
      <div class="picture">
        <Picture rows={props.rows} clock={props.clock} sentence={sentence()} />
        <Show when={busy().length === 0}>
          <p class="empty">
            No calls yet today{props.team === null ? "" : ` for ${props.team}`}. They appear here within a
            second of being sent to the API.
          </p>
        </Show>
      </div>
      <section id="series-table" aria-label="Calls by half hour, as a table" tabindex="0" hidden={!asTable()}>
        <Show when={asTable()}>
          <table>
            <caption>{sentence()}</caption>
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col">Calls</th>
                <th scope="col">Connected</th>
                <th scope="col">Missed</th>
                <th scope="col">Declined</th>
                <th scope="col">Talk time</th>
              </tr>
            </thead>
            <tbody>
              <For each={busy()}>
                {(row) => (
                  <tr>
                    <th scope="row">{props.clock.time(row.start)}</th>
                    <td>{formatCount(row.n)}</td>
                    <td>{formatCount(row.connected)}</td>
                    <td>{formatCount(row.missed)}</td>
                    <td>{formatCount(row.declined)}</td>
                    <td>{formatTalk(row.talk_s)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </Show>
      </section>
    </section>
  );
}

function Picture(props: { rows: readonly SlotRow[]; clock: DayClock; sentence: string }) {
  let canvas: HTMLCanvasElement | undefined;
  const [chart, setChart] = createSignal<SeriesChart>();
  onMount(() => {
    if (canvas !== undefined) setChart(drawSeries(canvas));
  });
  createEffect(() => chart()?.show(span(props.rows, props.clock)));
  onCleanup(() => chart()?.destroy());
  return <canvas ref={canvas} role="img" aria-label={props.sentence} />;
}
