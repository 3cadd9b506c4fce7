import { expect, test } from "vitest";
import { applyMessage, type Board, teamsOf, totalsOf } from "./board.ts";
import type { CallerState, SlotRow } from "./message.ts";
import { slotsOf } from "./slots.ts";

const row = (team: string | null, start: number, counts: number[]): SlotRow => {
  const [n = 0, connected = 0, missed = 0, declined = 0, talk_s = 0] = counts;
  return { team, start, n, connected, missed, declined, talk_s };
};

const caller = (name: string, team: string, state: string): CallerState => ({
  caller: name,
  team,
  state,
  since: 100,
  reason: null,
  direction: null,
});

function snapshot(): Board {
  const board = applyMessage(null, {
    type: "snapshot",
    seq: 10,
    asOf: 0,
    day: "2026-11-24",
    rows: [
      row(null, 200, [9, 5, 3, 1, 900]),
      row(null, 100, [4, 3, 1, 0, 300]),
      row("t_10", 200, [9, 5, 3, 1, 900]),
      row("t_2", 100, [4, 3, 1, 0, 300]),
    ],
    states: [caller("u_1", "t_2", "available"), caller("u_2", "t_11", "on_call")],
  });
  if (board === null) throw new Error("a snapshot makes a board");
  return board;
}

test("sums a team's day, and all teams by their own rows", () => {
  expect(totalsOf(snapshot(), null)).toEqual({ n: 13, connected: 8, missed: 4, declined: 1, talk_s: 1200 });
  expect(totalsOf(snapshot(), "t_2")).toEqual({ n: 4, connected: 3, missed: 1, declined: 0, talk_s: 300 });
  expect(totalsOf(snapshot(), "t_99")).toEqual({ n: 0, connected: 0, missed: 0, declined: 0, talk_s: 0 });
});

test("lists teams with calls or callers, as people count, and slots by time", () => {
  expect(teamsOf(snapshot())).toEqual(["t_2", "t_10", "t_11"]);
  expect(slotsOf(snapshot(), null).map((slot) => slot.start)).toEqual([100, 200]);
});

test("a delta replaces its rows whole, adds new ones, and leaves the board before it as it was", () => {
  const before = snapshot();
  const delta = {
    type: "delta",
    seq: 12,
    rows: [row("t_2", 100, [5, 3, 2, 0, 300]), row("t_3", 100, [1, 1])],
    states: [],
  } as const;
  const after = applyMessage(before, delta);
  if (after === null) throw new Error("the board is gone");
  expect(after.seq).toBe(12);
  expect(totalsOf(after, "t_2").n).toBe(5);
  expect(teamsOf(after)).toEqual(["t_2", "t_3", "t_10", "t_11"]);
  expect(totalsOf(before, "t_2").n).toBe(4);
  expect(applyMessage(after, delta)).toEqual(after);
});

test("a delta older than the board, from a line given up, changes nothing", () => {
  const board = snapshot();
  expect(applyMessage(board, { type: "delta", seq: 9, rows: [row("t_2", 100, [0])], states: [] })).toBe(
    board,
  );
});

test("a delta before any snapshot has nothing to stand on", () => {
  expect(applyMessage(null, { type: "delta", seq: 9, rows: [row("t_2", 100, [1])], states: [] })).toBeNull();
});

test("a delta's callers replace what was known of them, and who is offline is gone", () => {
  const before = snapshot();
  const states = [
    caller("u_1", "t_2", "offline"),
    caller("u_2", "t_11", "wrap_up"),
    caller("u_3", "t_2", "paused"),
  ];
  const after = applyMessage(before, { type: "delta", seq: 10, rows: [], states });
  expect([...(after?.states.values() ?? [])].map((one) => [one.caller, one.state])).toEqual([
    ["u_2", "wrap_up"],
    ["u_3", "paused"],
  ]);
  expect(before.states.get("u_1")?.state).toBe("available");
});

test("a snapshot forgets the day before", () => {
  const empty = { type: "snapshot", seq: 11, asOf: 0, day: "2026-11-25", rows: [], states: [] } as const;
  expect(applyMessage(snapshot(), empty)).toEqual({
    seq: 11,
    day: "2026-11-25",
    teams: new Map(),
    states: new Map(),
  });
});
