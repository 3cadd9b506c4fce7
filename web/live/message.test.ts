import { expect, test } from "vitest";
import { parseMessage } from "./message.ts";

const ROW = {
  team: "t_03",
  start: "2026-11-24T04:30:00.000Z",
  n: 5,
  connected: 3,
  missed: 1,
  declined: 1,
  talk_s: 400,
};
const STATE = {
  caller_id: "u_01",
  team_id: "t_03",
  state: "on_call",
  since: "2026-11-24T04:30:00.000Z",
  reason: null,
  call: { call_id: "c_1", direction: "inbound", started_at: "2026-11-24T04:30:00.000Z" },
};
const SNAPSHOT = {
  type: "snapshot",
  seq: 7,
  as_of: "2026-11-24T05:00:00.000Z",
  day: "2026-11-24",
  rows: [ROW],
  states: [STATE],
};
const parse = (value: unknown) => parseMessage(JSON.stringify(value));

test("reads a snapshot, with times as UTC milliseconds", () => {
  expect(parse(SNAPSHOT)).toEqual({
    type: "snapshot",
    seq: 7,
    asOf: 1_795_496_400_000,
    day: "2026-11-24",
    rows: [{ ...ROW, start: 1_795_494_600_000 }],
    states: [
      {
        caller: "u_01",
        team: "t_03",
        state: "on_call",
        since: 1_795_494_600_000,
        reason: null,
        direction: "inbound",
      },
    ],
  });
});

test("reads a delta for all teams, and a beat", () => {
  expect(parse({ type: "delta", seq: 8, rows: [{ ...ROW, team: null }] })).toMatchObject({
    rows: [{ team: null }],
  });
  expect(parse({ type: "beat", seq: 8 })).toEqual({ type: "beat", seq: 8 });
});

test("a message without states tells of none", () => {
  expect(parse({ type: "delta", seq: 8, rows: [] })).toMatchObject({ states: [] });
  const paused = { ...STATE, state: "paused", reason: "meal", call: null };
  expect(parse({ type: "delta", seq: 8, rows: [], states: [paused] })).toMatchObject({
    states: [{ state: "paused", reason: "meal", direction: null }],
  });
});

test("lets a type of later days pass", () => {
  expect(parse({ type: "notice", text: "…" })).toBeNull();
});

test.each([
  ["seq", { ...SNAPSHOT, seq: -1 }],
  ["as_of", { ...SNAPSHOT, as_of: "soon" }],
  ["day", { ...SNAPSHOT, day: "24 November" }],
  ["rows", { ...SNAPSHOT, rows: {} }],
  ["team", { ...SNAPSHOT, rows: [{ ...ROW, team: 3 }] }],
  ["n", { ...SNAPSHOT, rows: [{ ...ROW, n: "5" }] }],
  ["states", { ...SNAPSHOT, states: {} }],
  ["since", { ...SNAPSHOT, states: [{ ...STATE, since: "soon" }] }],
  ["caller_id", { ...SNAPSHOT, states: [{ ...STATE, caller_id: 7 }] }],
  ["direction", { ...SNAPSHOT, states: [{ ...STATE, call: {} }] }],
  ["talk_s", { ...SNAPSHOT, rows: [{ ...ROW, talk_s: 1.5 }] }],
])("refuses a malformed %s rather than show a wrong number", (field, message) => {
  expect(() => parse(message)).toThrow(`malformed ${field}`);
});
