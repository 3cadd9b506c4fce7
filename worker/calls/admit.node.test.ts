import { expect, test } from "vitest";
import { admit } from "./admit.ts";
import { retentionHorizon } from "./retention-horizon.ts";

const iso = (at: number) => new Date(at).toISOString();

test.each([
  ["2026-11-24T12:00:00.000Z", "2023-11-24T12:00:00.000Z"],
  // 2025 has no 29 February.
  ["2028-02-29T01:02:03.004Z", "2025-02-28T01:02:03.004Z"],
  ["2026-12-31T00:00:00.000Z", "2023-12-31T00:00:00.000Z"],
])("36 months before %s is %s", (now, horizon) => {
  expect(iso(retentionHorizon(Date.parse(now)))).toBe(horizon);
});

test("exactly ten years ago, the longest that calls may be kept, and exactly a day ahead are taken, a millisecond more is not", () => {
  const now = Date.parse("2026-11-24T12:00:00.000Z");
  const event = (started_at: string) => ({
    readable: true as const,
    value: {
      event_id: "e",
      call_id: "c",
      revision: 1,
      team_id: "t",
      caller_id: "u",
      direction: "inbound",
      status: "missed",
      started_at,
      duration_s: 0,
    },
  });
  const { calls, rejected } = admit(
    [
      event("2016-11-24T12:00:00.000Z"),
      event("2016-11-24T11:59:59.999Z"),
      event("2026-11-25T12:00:00.000Z"),
      event("2026-11-25T12:00:00.001Z"),
    ],
    "org_1",
    now,
  );
  expect(calls.map((call) => iso(call.started_at))).toEqual([
    "2016-11-24T12:00:00.000Z",
    "2026-11-25T12:00:00.000Z",
  ]);
  expect(rejected.map(({ index, type }) => [index, type.split("/").at(-1)])).toEqual([
    [1, "call-too-old"],
    [3, "call-in-future"],
  ]);
});
