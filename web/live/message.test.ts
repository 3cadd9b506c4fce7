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
const SNAPSHOT = {
  type: "snapshot",
  seq: 7,
  as_of: "2026-11-24T05:00:00.000Z",
  day: "2026-11-24",
  rows: [ROW],
};
const parse = (value: unknown) => parseMessage(JSON.stringify(value));

test("reads a snapshot, with times as UTC milliseconds", () => {
  expect(parse(SNAPSHOT)).toEqual({
    type: "snapshot",
    seq: 7,
    asOf: 1_795_496_400_000,
    day: "2026-11-24",
    rows: [{ ...ROW, start: 1_795_494_600_000 }],
  });
});

test("reads a delta for all teams, and a beat", () => {
  expect(parse({ type: "delta", seq: 8, rows: [{ ...ROW, team: null }] })).toMatchObject({
    rows: [{ team: null }],
  });
  expect(parse({ type: "beat", seq: 8 })).toEqual({ type: "beat", seq: 8 });
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
  ["talk_s", { ...SNAPSHOT, rows: [{ ...ROW, talk_s: 1.5 }] }],
])("refuses a malformed %s rather than show a wrong number", (field, message) => {
  expect(() => parse(message)).toThrow(`malformed ${field}`);
});
