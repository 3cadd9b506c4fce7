import { useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, createSignal, onCleanup, Show } from "solid-js";
import type { MailLanguage } from "../account/mail-language.tsx";
import { askMe, goToSignIn, type Me } from "../account/me.ts";
import { type Board, teamsOf, totalsOf } from "../live/board.ts";
import { type DayClock, dayClock } from "./day.ts";
import { Header } from "./header.tsx";
import { createLiveBoard } from "./live-board.ts";
import type { Now, NowProps } from "./now.tsx";
import type { PolicyNotices } from "./policy-notice.tsx";
import { Tiles } from "./tiles.tsx";
import "./dashboard.css";

const ASK_AGAIN_MS = 3000;

/** Both are asked for at once, but their weight does not hold the numbers back; the first brings Chart.js. */
const seriesChunk = import("./series.tsx");
const nowChunk = import("./now.tsx");
const noticesChunk = import("./policy-notice.tsx");
const languageChunk = import("../account/mail-language.tsx");

/** Today's tiles and series of the team in the URL, or of all teams. */
export function Dashboard() {
  const [params, setParams] = useSearchParams<{ team?: string; org?: string }>();
  const org = params.org ?? null;
  const team = () => params.team || null;
  const { board, liveness, serverTime } = createLiveBoard(org);
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
        <LazyNotices org={org} />
        <LazyNow team={team()} board={board()} clock={clock()} serverTime={serverTime} />
        <Show when={me()}>{(known) => <LazyLanguage me={known()} />}</Show>
      </main>
    </>
  );
}

/** Coming changes of policies. Without their code nothing is said here: the numbers are what people came for. */
function LazyNotices(props: { readonly org: string | null }) {
  const [code, setCode] = createSignal<typeof PolicyNotices>();
  noticesChunk.then(
    (module) => setCode(() => module.PolicyNotices),
    () => setCode(),
  );
  return (
    <Show when={code()}>
      {(ready) => {
        const Loaded = ready();
        return <Loaded org={props.org} />;
      }}
    </Show>
  );
}

/** A setting: without its code it is not there. */
function LazyLanguage(props: { readonly me: Me }) {
  const [code, setCode] = createSignal<typeof MailLanguage>();
  languageChunk.then(
    (module) => setCode(() => module.MailLanguage),
    () => setCode(),
  );
  return (
    <Show when={code()}>
      {(ready) => {
        const Loaded = ready();
        return <Loaded me={props.me} />;
      }}
    </Show>
  );
}

interface LazyNowProps extends Pick<NowProps, "team" | "serverTime"> {
  readonly board: Board | null;
  readonly clock: DayClock | null;
}

/** What stands below the tiles, once its code, the numbers and the day's clock are all there; until then its place. */
function LazyNow(props: LazyNowProps) {
  const [code, setCode] = createSignal<typeof Now>();
  const [failed, setFailed] = createSignal(false);
  nowChunk.then(
    (module) => setCode(() => module.Now),
    () => setFailed(true),
  );
  const parts = createMemo(() => {
    const [Loaded, board, clock] = [code(), props.board, props.clock];
    return Loaded === undefined || board === null || clock === null ? null : { Loaded, board, clock };
  });
  return (
    <Show
      when={parts()}
      fallback={
        <div class="now loading">
          <Show when={failed()}>
            <p class="nobody">
              What belongs here could not be loaded; the numbers above are right. Reload the page to try
              again.
            </p>
          </Show>
        </div>
      }
    >
      {(ready) => {
        const { Loaded } = ready();
        return (
          <Loaded
            team={props.team}
            board={ready().board}
            clock={ready().clock}
            serverTime={props.serverTime}
            series={seriesChunk}
          />
        );
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
