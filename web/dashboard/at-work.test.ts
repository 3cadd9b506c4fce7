import { expect, test } from "vitest";
import type { CallerState } from "../live/message.ts";
import { atWork, countStates, wordsOf } from "./at-work.ts";

const caller = (
  name: string,
  state: string,
  since: number,
  more: Partial<CallerState> = {},
): CallerState => ({
  caller: name,
  team: "t_01",
  state,
  since,
  reason: null,
  direction: null,
  ...more,
});
const floor = new Map(
  [
    caller("u_1", "paused", 10, { reason: "meal" }),
    caller("u_2", "available", 300),
    caller("u_3", "on_call", 200, { team: "t_02", direction: "inbound" }),
    caller("u_4", "on_call", 100, { direction: "outbound" }),
    caller("u_6", "wrap_up", 50),
    caller("u_5", "wrap_up", 50),
    caller("u_7", "in_huddle", 1),
  ].map((one) => [one.caller, one]),
);
const names = (callers: readonly CallerState[]) => callers.map((one) => one.caller);

test("who is on a call comes first, the longest call before the others, unknown states last", () => {
  expect(names(atWork(floor, null))).toEqual(["u_4", "u_3", "u_5", "u_6", "u_2", "u_1", "u_7"]);
});

test("a team's callers only", () => {
  expect(names(atWork(floor, "t_02"))).toEqual(["u_3"]);
  expect(atWork(floor, "t_03")).toEqual([]);
});

test("says what each does, and why where it was said", () => {
  expect(atWork(floor, null).map(wordsOf)).toEqual([
    "On a call, outbound",
    "On a call, inbound",
    "Wrap-up",
    "Wrap-up",
    "Available",
    "Paused, meal",
    "in_huddle",
  ]);
});

test("counts each state, also where nobody is in it", () => {
  expect(countStates(atWork(floor, "t_01")).map(({ word, n }) => [word, n])).toEqual([
    ["On a call", 1],
    ["Wrap-up", 2],
    ["Available", 1],
    ["Paused", 1],
  ]);
  expect(countStates([]).map(({ n }) => n)).toEqual([0, 0, 0, 0]);
});
