import { DEMO_TEAMS } from "./demo-calls.ts";

/** One caller's state as `POST /api/v1/states` takes it. */
interface DemoState {
  readonly caller_id: string;
  readonly team_id: string;
  readonly state: "on_call" | "wrap_up" | "available" | "paused";
  readonly since: string;
  readonly reason?: "meal" | "training";
  readonly call?: { readonly call_id: string; readonly direction: "outbound"; readonly started_at: string };
}

/** What the demo's first callers did when it was loaded, and for how many seconds. Nobody says more, so it times out. */
const FLOOR: readonly [state: DemoState["state"], seconds: number, reason?: DemoState["reason"]][] = [
  ["on_call", 412],
  ["available", 65],
  ["on_call", 38],
  ["wrap_up", 51],
  ["available", 240],
  ["paused", 1260, "meal"],
  ["on_call", 155],
  ["available", 18],
  ["wrap_up", 12],
  ["on_call", 731],
  ["available", 122],
  ["paused", 2100, "training"],
  ["on_call", 9],
  ["available", 301],
];

/** @param now UTC milliseconds */
export function demoStates(now: number): DemoState[] {
  return FLOOR.map(([state, seconds, reason], index) => {
    const caller = index + 1;
    const since = new Date(now - seconds * 1000).toISOString();
    return {
      caller_id: `u_${String(caller).padStart(4, "0")}`,
      team_id: DEMO_TEAMS[caller % DEMO_TEAMS.length] ?? "t_01",
      state,
      since,
      ...(reason === undefined ? {} : { reason }),
      ...(state === "on_call"
        ? { call: { call_id: `demo_live_${caller}`, direction: "outbound", started_at: since } }
        : {}),
    };
  });
}
