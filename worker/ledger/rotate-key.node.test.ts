import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../db/client.ts";
import {
  appendOpen,
  contextOf,
  newDatabase,
  newLog,
  SECRET,
  type TestDatabase,
} from "./fixtures/test-log.ts";
import { readCheckpoint } from "./read-log.ts";
import { rotateLogKey } from "./rotate-key.ts";
import { parseVkey } from "./signed-note.ts";
import { vkeyOf } from "./signing-key.ts";
import { openCheckpoint } from "./verify-receipt.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await newDatabase();
});
afterAll(() => own.close());

const rotate = (database: Database, log: string) =>
  rotateLogKey(database, SECRET, {
    org: log,
    log,
    overlapMs: 86_400_000,
    now: Date.now(),
    actor: "key:test",
  });

/** Runs something between the first read and what is written after it. */
function between(run: () => Promise<unknown>): Database {
  let done = false;
  return {
    write: (statements) => own.database.write(statements),
    read: async (statements) => {
      const results = await own.database.read(statements);
      if (!done) {
        done = true;
        await run();
      }
      return results;
    },
  };
}

async function sizeUnder(log: string, generation: number): Promise<number> {
  const note = (await readCheckpoint(own.database, log, SECRET)) ?? "";
  const vkey = await vkeyOf(SECRET, `callers360.localhost/log/${log}`, generation);
  return (await openCheckpoint(note, parseVkey(vkey))).size;
}

test("a commit that was planned before the rotation is signed by both keys after it", async () => {
  const log = await newLog(own.database);
  await appendOpen(contextOf(log, own.database), "one");
  const slow = between(() => rotate(own.database, log));
  expect(await appendOpen(contextOf(log, slow), "two")).toEqual([1]);
  expect([await sizeUnder(log, 1), await sizeUnder(log, 2)]).toEqual([2, 2]);
});

test("a rotation that was begun before a commit signs the tree that is there after it", async () => {
  const log = await newLog(own.database);
  await appendOpen(contextOf(log, own.database), "one");
  // The rotation's second read has the head; the tree grows under it once.
  let reads = 0;
  const slow: Database = {
    write: (statements) => own.database.write(statements),
    read: async (statements) => {
      const results = await own.database.read(statements);
      reads += 1;
      if (reads === 2) await appendOpen(contextOf(log, own.database), "two");
      return results;
    },
  };
  expect(await rotate(slow, log)).toMatchObject({ generation: 2 });
  expect(reads).toBe(3);
  expect([await sizeUnder(log, 1), await sizeUnder(log, 2)]).toEqual([2, 2]);
});

test("of two rotations at once one is told that the other came first", async () => {
  const log = await newLog(own.database);
  const slow = between(() => rotate(own.database, log));
  await expect(rotate(slow, log)).rejects.toMatchObject({ details: { status: 409 } });
  expect(await sizeUnder(log, 2)).toBe(0);
});
