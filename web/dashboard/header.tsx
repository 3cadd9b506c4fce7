import { createSignal, For, Show } from "solid-js";
import { goToSignIn, type Me, signOut } from "../account/me.ts";
import type { DayClock } from "./day.ts";
import type { Liveness } from "./live-board.ts";

interface HeaderProps {
  readonly me: Me | null;
  readonly clock: DayClock | null;
  readonly liveness: Liveness;
  readonly team: string | null;
  readonly teams: readonly string[];
  onTeam(team: string | null): void;
}

/** Where, when, which team, and whether what is shown is live. */
export function Header(props: HeaderProps) {
  /** Absent until the first word or the first eight seconds of silence. */
  const live = () => (props.liveness.stale ? "stale" : props.liveness.asOf === null ? undefined : "on");
  const asOf = () => {
    const at = props.liveness.asOf;
    return at === null || props.clock === null ? null : props.clock.second(at);
  };
  const words = () => {
    if (live() === "on") return "Live";
    if (live() === undefined) return "Connecting…";
    return asOf() === null ? "No connection yet. Trying again…" : `Not live since ${asOf()}. Reconnecting…`;
  };
  /** The team of the URL stays choosable on a day on which it has no call. */
  const choices = () =>
    props.team === null || props.teams.includes(props.team) ? props.teams : [props.team, ...props.teams];

  return (
    <header data-live={live()}>
      <div class="place">
        <p class="wordmark">
          <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
            <circle cx="16" cy="16" r="12" stroke-dasharray="60 16" transform="rotate(-30 16 16)" />
            <circle cx="16" cy="16" r="5" />
          </svg>
          Callers360
        </p>
        <p class="org">{props.me?.org.name ?? "\u00a0"}</p>
        <SignOut />
      </div>
      <div class="view">
        <label class="team">
          <span>Team</span>
          <select
            onChange={(event) =>
              props.onTeam(event.currentTarget.value === "" ? null : event.currentTarget.value)
            }
          >
            <option value="" selected={props.team === null}>
              All teams
            </option>
            <For each={choices()}>
              {(team) => (
                <option value={team} selected={team === props.team}>
                  {team}
                </option>
              )}
            </For>
          </select>
        </label>
        <p class="day">{props.clock?.label ?? "\u00a0"}</p>
        <p class="liveness">
          <span class="lamp" aria-hidden="true" />
          <span role="status">{words()}</span>
          <Show when={live() === "on" && asOf()}>{(at) => <span class="as-of">as of {at()}</span>}</Show>
        </p>
      </div>
    </header>
  );
}

function SignOut() {
  const [failed, setFailed] = createSignal(false);
  const leave = async () => {
    if (await signOut()) goToSignIn();
    else setFailed(true);
  };
  return (
    <p class="sign-out">
      <Show when={failed()}>
        <span role="alert">Still signed in: nobody answered.</span>
      </Show>
      <button type="button" class="plain" onClick={leave}>
        Sign out
      </button>
    </p>
  );
}
