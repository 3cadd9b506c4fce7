import { afterAll, beforeAll, expect, it } from "vitest";
import { DEMO } from "../../local/seed.ts";
import { type Choice, newChoice, newKey, postChoice, publishedNotice } from "./consent-visitor.ts";
import { type Edge, startEdge } from "./place.ts";
import { readLog } from "./public-log.ts";
import { underKills, untilAcknowledged } from "./under-kills.ts";

const ROUNDS = 10;
const IN_FLIGHT = 12;

let edge: Edge;

beforeAll(async () => {
  edge = await startEdge();
});

afterAll(() => edge.stop());

interface CallEvent {
  readonly event_id: string;
  readonly call_id: string;
  readonly revision: number;
  readonly team_id: string;
  readonly caller_id: string;
  readonly direction: "outbound";
  readonly status: "connected" | "missed";
  readonly started_at: string;
  readonly duration_s: number;
  readonly analysis: null;
}

let serial = 0;
const DAY = "2026-10-20";

function newEvents(): CallEvent[] {
  return Array.from({ length: 5 }, () => {
    serial += 1;
    const connected = serial % 3 !== 0;
    return {
      event_id: `k_${serial}`,
      call_id: `k_${serial}`,
      revision: 1,
      team_id: `t_0${serial % 4}`,
      caller_id: `u_${serial % 7}`,
      direction: "outbound",
      status: connected ? "connected" : "missed",
      started_at: `${DAY}T${String(serial % 24).padStart(2, "0")}:10:00.000Z`,
      duration_s: connected ? serial : 0,
      analysis: null,
    };
  });
}

function postCalls(events: readonly CallEvent[]): Promise<Response> {
  return fetch(`${edge.url}/api/v1/calls`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${edge.credentials.first.keys.ingest}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ events }),
  });
}

it("loses and doubles nothing that was acknowledged when worker and database are killed in turn", async () => {
  const published = await publishedNotice(edge.url, DEMO.site);
  const before = await readLog(edge.url, DEMO.log);
  const events: CallEvent[] = [];
  const consents: { choice: Choice; key: string; index: number; salt: string }[] = [];

  await underKills(edge, ROUNDS * 2, () => {
    const batches = Array.from({ length: IN_FLIGHT }, newEvents);
    const choices = Array.from({ length: IN_FLIGHT }, () => ({
      choice: newChoice(published),
      key: newKey(),
    }));
    return [
      ...batches.map((batch) =>
        untilAcknowledged(() => postCalls(batch)).then(async (response) => {
          const { accepted, duplicate } = await response.json();
          expect(accepted + duplicate).toBe(batch.length);
          events.push(...batch);
        }),
      ),
      ...choices.map(({ choice, key }) =>
        untilAcknowledged(() => postChoice(edge.url, DEMO.site, edge.url, choice, key)).then(
          async (response) => {
            const { index, salt } = await response.json();
            consents.push({ choice, key, index, salt });
          },
        ),
      ),
    ];
  });

  // The same keys once more: nothing new, the same answers.
  for (const { choice, key, index, salt } of consents.slice(0, 20)) {
    const replay = await postChoice(edge.url, DEMO.site, edge.url, choice, key);
    expect(replay.status).toBe(201);
    expect(replay.headers.get("idempotent-replayed")).toBe("true");
    expect(await replay.json()).toMatchObject({ index, salt });
  }

  const log = await readLog(edge.url, DEMO.log);
  expect(log.size - before.size).toBe(consents.length);
  expect(new Set(consents.map((consent) => consent.index)).size).toBe(consents.length);
  expect(log.hashedRoot).toBe(log.statedRoot);
  expect(log.tiledRoot).toBe(log.statedRoot);

  const summary = await fetch(
    `${edge.url}/api/v1/metrics/summary?from=${DAY}T00:00:00Z&to=2026-10-21T00:00:00Z&tz=UTC`,
    { headers: { authorization: `Bearer ${edge.credentials.first.keys.read}` } },
  ).then((r) => r.json());
  const connected = events.filter((event) => event.status === "connected");
  expect(new Set(events.map((event) => event.call_id)).size).toBe(ROUNDS * 2 * IN_FLIGHT * 5);
  expect(summary).toMatchObject({
    n: events.length,
    connected: connected.length,
    missed: events.length - connected.length,
    declined: 0,
    talk_s: connected.reduce((sum, event) => sum + event.duration_s, 0),
  });
});
