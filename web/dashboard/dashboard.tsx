import { useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, createSignal, onCleanup, Show } from "solid-js";
import { askMe, goToSignIn, type Me } from "../account/me.ts";
import { slotsOf, teamsOf, totalsOf } from "../live/board.ts";
import type { SlotRow } from "../live/message.ts";
import { type DayClock, dayClock } from "./day.ts";
import { Header } from "./header.tsx";
import { createLiveBoard } from "./live-board.ts";
import type { Series } from "./series.tsx";
import { Tiles } from "./tiles.tsx";
import "./dashboard.css";

const ASK_AGAIN_MS = 3000;

/** Chart.js and all that needs it: asked for at once, but its weight does not hold the numbers back. */
const chunk = import("./series.tsx");

/** Today's tiles and series of the team in the URL, or of all teams. */
export function Dashboard() {
  const [params, setParams] = useSearchParams<{ team?: string; org?: string }>();
  const org = params.org ?? null;
  const team = () => params.team || null;
  const { board, liveness } = createLiveBoard(org);
  const me = createMe(org);

  const clock = createMemo(() => {
    const [day, zone] = [board()?.day, me()?.org.time_zone];
    return day === undefined || zone === undefined ? null : dayClock(day, zone);
  });
  const teams = createMemo(() => {
    const known = board();
    return known === null ? [] : teamsOf(known);
  });
  const totals = createMemo(() => {
    const known = board();
    return known === null ? null : totalsOf(known, team());
  });
  const slots = createMemo(() => {
    const known = board();
    return known === null ? null : slotsOf(known, team());
  });
  createEffect(() => {
    document.title = `${team() ?? "All teams"} today · Callers360`;
  });

  return (
    <>
      <Header
        me={me()}
        clock={clock()}
        liveness={liveness()}
        team={team()}
        teams={teams()}
        onTeam={(chosen) => setParams({ team: chosen ?? undefined })}
      />
      <main>
        <h1 class="hidden">{team() ?? "All teams"}, today</h1>
        <Tiles team={team()} totals={totals()} />
        <LazySeries team={team()} rows={slots()} clock={clock()} />
      </main>
    </>
  );
}

/** The series once its code, the numbers and the day's clock are all there; until then its place. */
function LazySeries(props: { team: string | null; rows: readonly SlotRow[] | null; clock: DayClock | null }) {
  const [loaded, setLoaded] = createSignal<typeof Series>();
  const [failed, setFailed] = createSignal(false);
  chunk.then(
    (module) => setLoaded(() => module.Series),
    () => setFailed(true),
  );
  const parts = createMemo(() => {
    const [code, rows, clock] = [loaded(), props.rows, props.clock];
    return code === undefined || rows === null || clock === null ? null : { code, rows, clock };
  });
  return (
    <Show
      when={parts()}
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
        const Loaded = ready().code;
        return <Loaded team={props.team} rows={ready().rows} clock={ready().clock} />;
      }}
    </Show>
  );
}

/** Who looks at the page; asks again while nobody answers. */
function createMe(org: string | null): () => Me | null {
  const [me, setMe] = createSignal<Me | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    const answer = await askMe(org);
    if (answer.kind === "member") setMe(answer.me);
    else if (answer.kind === "signed-out") goToSignIn();
    else if (answer.kind === "refused") location.reload();
    else timer = setTimeout(ask, ASK_AGAIN_MS);
  };
  void ask();
  onCleanup(() => clearTimeout(timer));
  return me;
}
