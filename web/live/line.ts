/**
 * The life of the live line as a pure machine: what happened goes in, the next state and what to do
 * come out. Sockets and timers are in `connect.ts`. Times are milliseconds of one monotonic clock.
 */

export type Phase = "connecting" | "open" | "probing" | "waiting" | "signed-out";

export interface Line {
  readonly phase: Phase;
  /** When this phase began. */
  readonly since: number;
  /** When the newest message came, on whichever socket; null before the first. */
  readonly heard: number | null;
  /** Tries since the last message. */
  readonly failures: number;
  /** While waiting: when to try again. */
  readonly retryAt: number;
  /** The newest change that a beat promised, if the board had not got it by then. */
  readonly promised: number | null;
}

export type Happening =
  | { readonly kind: "tick" }
  /** The page was shown again, or the network came back. */
  | { readonly kind: "wake" }
  /** `behind` for a beat: its `seq` where the board is not there yet, else null. */
  | { readonly kind: "message"; readonly behind: number | null }
  /** `refused`: by the server, for want of a right to watch. */
  | { readonly kind: "closed"; readonly refused: boolean }
  | { readonly kind: "probed"; readonly signedIn: boolean };

/** `connect` gives up the present socket for a new one; `probe` asks over HTTP whether the session lives. */
export type Deed = "connect" | "drop" | "probe" | "leave";

/** Beats come every 5 s; one that is 3 s late means that the numbers may be old. */
export const STALE_AFTER_MS = 8000;
/** A line this long silent is taken for dead: a half-open socket never says that it is. */
const SILENT_MS = 20_000;
const CONNECT_MS = 10_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10_000;

export function newLine(now: number): Line {
  return { phase: "connecting", since: now, heard: null, failures: 0, retryAt: 0, promised: null };
}

/** Whether what is shown may be old. Before the first message the wait counts from `opened`. */
export function isStale(line: Line, now: number, opened: number): boolean {
  return now - (line.heard ?? opened) > STALE_AFTER_MS;
}

/** @param random 0 ≤ random < 1: spreads the return of many pages after a deployment dropped them all */
export function step(line: Line, what: Happening, now: number, random: number): [Line, Deed | null] {
  if (line.phase === "signed-out") return [line, null];
  switch (what.kind) {
    case "message":
      return hear(line, what.behind, now);
    case "closed":
      // A refused upgrade tells a page nothing but that the line is closed.
      if (line.phase === "connecting" || (line.phase === "open" && what.refused)) {
        return [{ ...line, phase: "probing", since: now }, "probe"];
      }
      return line.phase === "open" ? [wait(line, now, random), null] : [line, null];
    case "probed":
      if (line.phase !== "probing") return [line, null];
      if (!what.signedIn) return [{ ...line, phase: "signed-out", since: now }, "leave"];
      return [wait(line, now, random), null];
    case "wake":
      return line.phase === "waiting" ? [connecting(line, now), "connect"] : tick(line, now, random);
    case "tick":
      return tick(line, now, random);
  }
}

function tick(line: Line, now: number, random: number): [Line, Deed | null] {
  const lasted = now - line.since;
  if (line.phase === "waiting" && now >= line.retryAt) return [connecting(line, now), "connect"];
  if (line.phase === "connecting" && lasted >= CONNECT_MS) return [wait(line, now, random), "drop"];
  if (line.phase === "probing" && lasted >= CONNECT_MS) return [wait(line, now, random), null];
  if (line.phase === "open" && now - (line.heard ?? line.since) >= SILENT_MS) {
    return [connecting(line, now), "connect"];
  }
  return [line, null];
}

function hear(line: Line, behind: number | null, now: number): [Line, Deed | null] {
  // A change promised by one beat and still missing at the next was lost: ask for it by `since`.
  if (behind !== null && line.promised !== null) return [{ ...connecting(line, now), heard: now }, "connect"];
  const since = line.phase === "open" ? line.since : now;
  return [{ ...line, phase: "open", since, heard: now, failures: 0, promised: behind }, null];
}

function connecting(line: Line, now: number): Line {
  return { ...line, phase: "connecting", since: now, promised: null };
}

function wait(line: Line, now: number, random: number): Line {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** line.failures);
  return {
    ...line,
    phase: "waiting",
    since: now,
    failures: line.failures + 1,
    retryAt: now + longest * (0.3 + 0.7 * random),
  };
}
