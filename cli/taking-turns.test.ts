import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../db/client.ts";
import type { Call } from "../worker/calls/call.ts";
import { type OwnDatabase, ownDatabase } from "../worker/calls/fixtures/organisation.ts";
import { CallWriter } from "../worker/calls/store-calls.ts";
import { TakingTurns } from "./taking-turns.ts";

let own: OwnDatabase;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());

function call(id: string): Call {
  return {
    call_id: id,
    revision: 1,
    team: "t_01",
    caller: "u_01",
    customer_ref: null,
    direction: "inbound",
    status: "connected",
    started_at: Date.parse("2026-10-30T10:00:00Z"),
    duration_s: 60,
    clarity: null,
    proficiency: null,
    volume: null,
    sentiment: null,
    keywords: null,
  };
}

test("beside somebody who commits whenever we have read, a batch loses once and then goes through", async () => {
  const org = await own.organisation();
  const turns = new TakingTurns({ url: own.server.url }, org, null, 10_000);
  const rival = new CallWriter(org, own.database);
  let rivals: Promise<unknown> = Promise.resolve();
  let count = 0;
  let attempts = 0;
  const disturbed: Database = {
    read: async (statements) => {
      const results = await turns.read(statements);
      count += 1;
      const id = `rival_${count}`;
      rivals = rivals.then(() => rival.store([call(id)]));
      // In a transaction of ours the rival has to wait, so it is not waited for.
      if (!turns.contended) await rivals;
      return results;
    },
    write: (statements) => {
      attempts += 1;
      return turns.write(statements);
    },
  };
  const writer = new CallWriter(org, disturbed);
  for (let batch = 0; batch < 3; batch += 1) {
    const ours = Array.from({ length: 10 }, (_, index) => call(`ours_${batch}_${index}`));
    expect((await writer.store(ours)).changes).toHaveLength(10);
    turns.finished();
    await rivals;
  }
  // The first batch lost once; from then on each had its turn.
  expect(attempts).toBe(4);
  expect(
    await own.run("SELECT sum(connected) AS n FROM r_slot WHERE org = ?1 AND team = '*'", [org]),
  ).toEqual([{ n: 30 + count }]);

  turns.alone();
  expect(turns.contended).toBe(false);
});

test("what was read for nothing keeps nobody waiting", async () => {
  const org = await own.organisation();
  const turns = new TakingTurns({ url: own.server.url }, org, null, 10_000);
  await own.database.write([{ sql: "INSERT INTO org_commit VALUES (?1, 1, 'theirs')", args: [org] }]);
  const insert = { sql: "INSERT INTO org_commit VALUES (?1, 1, 'ours')", args: [org] };
  await expect(turns.write([insert])).rejects.toThrow();
  expect(turns.contended).toBe(true);
  await turns.read(["SELECT 1"]);
  turns.finished();
  await own.database.write([{ sql: "DELETE FROM org_commit WHERE org = ?1", args: [org] }]);
});
