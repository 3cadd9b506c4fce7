import { createSignal, For, onCleanup, Show } from "solid-js";
import type { CallerState } from "../live/message.ts";
import { atWork, countStates, wordsOf } from "./at-work.ts";
import type { DayClock } from "./day.ts";
import { formatTalk } from "./figures.ts";

const TICK_MS = 1000;

interface CallersProps {
  readonly team: string | null;
  readonly states: ReadonlyMap<string, CallerState>;
  readonly clock: DayClock;
  /** The server's clock, UTC milliseconds. */
  serverTime(): number;
}

/** Who is on a call and since when, who waits for one, who does not. */
export function Callers(props: CallersProps) {
  const callers = () => atWork(props.states, props.team);
  const now = createTicking(props.serverTime);
  return (
    <section class="callers" aria-labelledby="callers-title">
      <h2 id="callers-title">Right now</h2>
      <Show when={callers().length > 0} fallback={<Nobody team={props.team} />}>
        <ul class="counts">
          <For each={countStates(callers())}>
            {({ state, word, n }) => (
              <li>
                <span class={`sign ${state}`} aria-hidden="true" />
                {word} <b>{n}</b>
              </li>
            )}
          </For>
        </ul>
        {/* It scrolls, so it can be reached by keys. */}
        <section class="floor" aria-label="Callers right now" tabindex="0">
          <table>
            <caption class="hidden">Callers by state, those in it longest first</caption>
            <thead>
              <tr>
                <th scope="col">Caller</th>
                <Show when={props.team === null}>
                  <th scope="col">Team</th>
                </Show>
                <th scope="col">State</th>
                <th scope="col">Since</th>
                <th scope="col">For</th>
              </tr>
            </thead>
            <tbody>
              <For each={callers()}>
                {(caller) => (
                  <tr data-state={caller.state}>
                    <th scope="row">{caller.caller}</th>
                    <Show when={props.team === null}>
                      <td>{caller.team}</td>
                    </Show>
                    <td>
                      <span class={`sign ${caller.state}`} aria-hidden="true" /> {wordsOf(caller)}
                    </td>
                    <td>{props.clock.time(caller.since)}</td>
                    <td>{formatTalk(Math.max(0, Math.floor((now() - caller.since) / 1000)))}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
      </Show>
    </section>
  );
}

function Nobody(props: { team: string | null }) {
  return (
    <p class="nobody">
      Nobody{props.team === null ? "" : ` of ${props.team}`} is shown at work. Who is on a call, available, in
      wrap-up or paused appears here within a second of being sent to <code>POST /api/v1/states</code>:{" "}
      <a href="/docs">how to send states</a>.
    </p>
  );
}

/** A clock that is read every second, and not where nobody sees it. */
function createTicking(read: () => number): () => number {
  const [now, setNow] = createSignal(read());
  const tick = () => {
    if (document.visibilityState === "visible") setNow(read());
  };
  const timer = setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", tick);
  onCleanup(() => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
  });
  return now;
}
