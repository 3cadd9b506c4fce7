import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, DatabaseUnavailable, isLostFence } from "../../db/client.ts";
import type { Call } from "./call.ts";
import { arbitraryCall } from "./fixtures/arbitrary-calls.ts";
import { type OwnDatabase, ownDatabase } from "./fixtures/organisation.ts";
import { fence } from "./queries.ts";
import { CallWriter } from "./store-calls.ts";

let own: OwnDatabase;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());

const CALL: Call = {
  call_id: "call_1",
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

const from = Date.parse("2026-10-31T00:00:00Z");
const to = Date.parse("2026-11-03T00:00:00Z");

test("the same events in another order, in other batches, give the same tables byte for byte", async () => {
  // Equal revisions with different content are the one case where order decides.
  const events = fc.uniqueArray(arbitraryCall(from, to), {
    minLength: 1,
    maxLength: 40,
    selector: (event) => `${event.call_id} ${event.revision}`,
  });
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 40 }),
      async (list, random, size) => {
        const [first, second] = [
          await own.organisation("America/New_York"),
          await own.organisation("America/New_York"),
        ];
        await new CallWriter(first, own.database).store(list);
        const shuffled = list
          .map((event) => ({ event, at: random.next().value }))
          .sort((a, b) => a.at - b.at);
        const writer = new CallWriter(second, own.database);
        for (let at = 0; at < list.length; at += size) {
          await writer.store(shuffled.slice(at, at + size).map(({ event }) => event));
        }
        expect(await own.dump(second)).toBe(await own.dump(first));
      },
    ),
    { numRuns: 15 },
  );
});

test("verdicts in order, inside one batch too", async () => {
  const org = await own.organisation();
  const writer = new CallWriter(org, own.database);
  const first = await writer.store([CALL, { ...CALL, revision: 3 }, { ...CALL, revision: 2 }, CALL]);
  expect(first).toMatchObject({ seq: 1, verdicts: ["accepted", "accepted", "stale", "stale"] });
  const again = await writer.store([
    { ...CALL, revision: 3, duration_s: 99 },
    { ...CALL, revision: 2 },
  ]);
  expect(again).toMatchObject({ seq: 1, verdicts: ["duplicate", "stale"], changes: [] });
  expect(await own.run("SELECT rev, duration_s FROM calls WHERE org = ?1", [org])).toEqual([
    { rev: 3, duration_s: 60 },
  ]);
});

test("a call that moves away leaves no row behind", async () => {
  const org = await own.organisation();
  const writer = new CallWriter(org, own.database);
  await writer.store([CALL]);
  const moved = {
    ...CALL,
    revision: 2,
    team: "t_02",
    caller: "u_02",
    started_at: CALL.started_at + 86_400_000,
  };
  await writer.store([moved]);
  const fresh = await own.organisation();
  await new CallWriter(fresh, own.database).store([moved]);
  expect(await own.dump(org)).toBe(await own.dump(fresh));
});

test("two writers at the same head: one commits, the other reads again, nothing is lost or counted twice", async () => {
  const org = await own.organisation();
  const writers = [new CallWriter(org, own.database), new CallWriter(org, own.database)];
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(
      writers.map((writer, index) => writer.store([{ ...CALL, call_id: `call_${round}_${index}` }])),
    );
    expect(answers.map((answer) => answer.seq).sort((a, b) => a - b)).toEqual([round * 2 + 1, round * 2 + 2]);
  }
  expect(
    await own.run("SELECT sum(connected) AS n FROM r_team_day WHERE org = ?1 AND team = '*'", [org]),
  ).toEqual([{ n: 10 }]);
});

test("a stale head writes nothing at all", async () => {
  const org = await own.organisation();
  const stale: Database = {
    ...own.database,
    // Between the reading and the writing of the first attempt somebody else commits.
    read: async (statements) => {
      const results = await own.database.read(statements);
      if (statements.length > 2 && interfere) {
        interfere = false;
        await new CallWriter(org, own.database).store([{ ...CALL, revision: 2, duration_s: 10 }]);
      }
      return results;
    },
  };
  let interfere = true;
  const answer = await new CallWriter(org, stale).store([CALL]);
  expect(answer).toMatchObject({ seq: 1, verdicts: ["stale"] });
  expect(await own.run("SELECT talk_s FROM r_slot WHERE org = ?1 AND team = '*'", [org])).toEqual([
    { talk_s: 10 },
  ]);
});

test("a lost answer: the same bytes go out again, and what was committed is known as ours", async () => {
  const org = await own.organisation();
  const sent: string[] = [];
  let lose = 2;
  const flaky: Database = {
    ...own.database,
    write: async (statements) => {
      sent.push(JSON.stringify(statements));
      // The first request never arrives, the second commits and its answer is lost.
      if (lose === 2) {
        lose -= 1;
        throw new DatabaseUnavailable("the line is cut");
      }
      const results = await own.database.write(statements);
      if (lose === 1) {
        lose -= 1;
        throw new DatabaseUnavailable("the line is cut");
      }
      return results;
    },
  };
  expect(await new CallWriter(org, flaky).store([CALL])).toMatchObject({ seq: 1, verdicts: ["accepted"] });
  expect(sent).toHaveLength(3);
  expect(new Set(sent).size).toBe(1);
  expect(
    await own.run("SELECT sum(connected) AS n FROM r_slot WHERE org = ?1 AND team = '*'", [org]),
  ).toEqual([{ n: 1 }]);
});

test("a database set back behind what was read refuses the batch", async () => {
  const org = await own.organisation();
  const writer = new CallWriter(org, own.database);
  await writer.store([CALL]);
  await writer.store([{ ...CALL, revision: 2 }]);
  let restored = false;
  const setBack: Database = {
    ...own.database,
    write: async (statements) => {
      if (!restored) await own.run("UPDATE org_head SET seq = 1 WHERE org = ?1", [org]);
      restored = true;
      return own.database.write(statements);
    },
  };
  // A restored database has never seen the second commit.
  await own.run("DELETE FROM org_commit WHERE org = ?1", [org]);
  expect(await new CallWriter(org, setBack).store([{ ...CALL, revision: 3 }])).toMatchObject({ seq: 2 });
  expect(await own.run("SELECT rev FROM calls WHERE org = ?1", [org])).toEqual([{ rev: 3 }]);
});

test("the fence asks the head itself: old commits that are forgotten let nobody in", async () => {
  const org = await own.organisation();
  await own.run("INSERT INTO org_head (org, seq, zone) VALUES (?1, 5, 'UTC')", [org]);
  for (const seq of [0, 4, 6]) {
    await expect(own.database.write([fence(org, seq, "stale")])).rejects.toSatisfy(isLostFence);
  }
  await own.database.write([fence(org, 5, "ours")]);
  expect(await own.run("SELECT seq, commit_id FROM org_commit WHERE org = ?1", [org])).toEqual([
    { seq: 6, commit_id: "ours" },
  ]);
});

test("any other refusal of the database is an error, not another attempt", async () => {
  const org = await own.organisation();
  await own.run(`CREATE TRIGGER refuse_calls BEFORE INSERT ON calls WHEN NEW.org = '${org}'
                 BEGIN SELECT RAISE(ABORT, 'refused by the test'); END`);
  await expect(new CallWriter(org, own.database).store([CALL])).rejects.toThrow("refused by the test");
  expect(await own.run("SELECT * FROM org_head WHERE org = ?1", [org])).toEqual([]);
  await own.run("DROP TRIGGER refuse_calls");
});

test("an unreadable database is told at once, and nothing was written", async () => {
  const org = await own.organisation();
  const broken: Database = {
    ...own.database,
    read: () => Promise.reject(new DatabaseUnavailable("the line is cut")),
  };
  await expect(new CallWriter(org, broken).store([CALL])).rejects.toThrow(DatabaseUnavailable);
});

test("what is known to be stored is a hint alone: a call that somebody removed is stored again", async () => {
  const org = await own.organisation();
  let asked = 0;
  const watched: Database = {
    ...own.database,
    read: (statements) => {
      const sent = JSON.stringify(statements);
      asked = [...sent.matchAll(/\[\\?"t_01\\?",/g)].length;
      return own.database.read(statements);
    },
  };
  const writer = new CallWriter(org, watched);
  await writer.store([CALL, { ...CALL, call_id: "call_2" }]);
  // Its team's slot and day.
  expect(asked).toBe(2);
  expect(await writer.store([CALL])).toMatchObject({ verdicts: ["duplicate"] });
  expect(asked).toBe(0);
  for (const table of ["calls", "r_slot", "r_team_day", "r_day", "r_week"]) {
    await own.run(`DELETE FROM ${table} WHERE org = ?1`, [org]);
  }
  await new CallWriter(org, own.database).store([{ ...CALL, call_id: "call_2" }]);
  expect(await writer.store([CALL])).toMatchObject({ verdicts: ["accepted"] });
  const fresh = await own.organisation();
  await new CallWriter(fresh, own.database).store([CALL, { ...CALL, call_id: "call_2" }]);
  expect(await own.dump(org)).toBe(await own.dump(fresh));
});

test("a correction that changes no sum touches no rollup", async () => {
  const org = await own.organisation();
  const writer = new CallWriter(org, own.database);
  await writer.store([CALL]);
  const before = own.server.stats().rows_written;
  await writer.store([{ ...CALL, revision: 2, customer_ref: "cust_7" }]);
  const written = own.server.stats().rows_written - before;
  // The call with its three index entries, the head, the commit.
  expect(written).toBeLessThanOrEqual(6);
});

test("what a writer remembers is no answer: a call that was reset or removed elsewhere is judged by what is stored", async () => {
  const org = await own.organisation();
  const writer = new CallWriter(org, own.database);
  await writer.store([{ ...CALL, revision: 5 }]);
  expect(await writer.store([{ ...CALL, revision: 5 }])).toMatchObject({ verdicts: ["duplicate"] });
  await own.run("UPDATE calls SET rev = 0 WHERE org = ?1", [org]);
  const reset = await writer.store([
    { ...CALL, revision: 4, duration_s: 99 },
    { ...CALL, revision: 3 },
  ]);
  expect(reset).toMatchObject({ verdicts: ["accepted", "stale"] });
  expect(await own.run("SELECT connected, talk_s FROM r_slot WHERE org = ?1 AND team = '*'", [org])).toEqual([
    { connected: 1, talk_s: 99 },
  ]);
  const other = { ...CALL, call_id: "call_2" };
  await writer.store([other]);
  await own.run("DELETE FROM calls WHERE org = ?1 AND call_id = 'call_2'", [org]);
  expect(await writer.store([other, { ...CALL, revision: 4 }])).toMatchObject({
    verdicts: ["accepted", "duplicate"],
  });
});
