import { createMemo, createSignal, Show } from "solid-js";
import type { Board } from "../live/board.ts";
import { slotsOf } from "../live/slots.ts";
import { Callers } from "./callers.tsx";
import type { DayClock } from "./day.ts";
import type { Series } from "./series.tsx";

export interface NowProps {
  readonly team: string | null;
  readonly board: Board;
  readonly clock: DayClock;
  /** The server's clock, UTC milliseconds. */
  serverTime(): number;
  /** On its way: Chart.js is heavy. */
  readonly series: Promise<{ readonly Series: typeof Series }>;
}

/** What stands below the tiles: who is doing what, and the day's calls. */
export function Now(props: NowProps) {
  const manned = () => props.board.states.size > 0;
  const callers = () => (
    <Callers
      team={props.team}
      states={props.board.states}
      clock={props.clock}
      serverTime={props.serverTime}
    />
  );
  // Where nobody sends states, what to do about it does not push the day's calls down.
  return (
    <div class={manned() ? "now manned" : "now"}>
      <Show when={manned()}>{callers()}</Show>
      <LazySeries team={props.team} board={props.board} clock={props.clock} series={props.series} />
      <Show when={!manned()}>{callers()}</Show>
    </div>
  );
}

/** The series once its code is there; until then its place. */
function LazySeries(props: Omit<NowProps, "serverTime">) {
  const [code, setCode] = createSignal<typeof Series>();
  const [failed, setFailed] = createSignal(false);
  props.series.then(
    (module) => setCode(() => module.Series),
    () => setFailed(true),
  );
  const rows = createMemo(() => slotsOf(props.board, props.team));
  return (
    <Show
      when={code()}
      fallback={
        <div class="series loading">
          <Show when={failed()}>
            <p class="empty">
              The chart could not be loaded; the numbers above are right. Reload the page to try again.
            </p>
          </Show>
        </div>
      }
    >
      {(ready) => {
        const Loaded = ready();
        return <Loaded team={props.team} rows={rows()} clock={props.clock} />;
      }}
    </Show>
  );
}
