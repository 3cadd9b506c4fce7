import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../db/client.ts";
import { utf8 } from "./bytes.ts";
import { type CommitContext, commit, UnknownLog, type Waiting } from "./commit.ts";
import { startFaultyLine } from "./fixtures/faulty-line.ts";
import {
  appendOpen,
  contextOf,
  memoryWatermark,
  newDatabase,
  newLog,
  openLeaf,
  SECRET,
  type TestDatabase,
} from "./fixtures/test-log.ts";
import { leafHashes } from "./fixtures/vectors.ts";
import { FullTiles } from "./full-tiles.ts";
import { GroupCommit } from "./group-commit.ts";
import { grow } from "./grow.ts";
import { signHead } from "./head.ts";
import { parseLeaf } from "./leaf.ts";
import { consistencyProof, provesConsistency } from "./proofs.ts";
import {
  entries,
  head,
  insertEmptyHead,
  readEntries,
  readHead,
  readTile,
  storeTile,
  tile,
} from "./queries.ts";
import { readCheckpoint, readReceipt, readTileFile, readVkey } from "./read-log.ts";
import type { Rider } from "./rider.ts";
import { parseVkey } from "./signed-note.ts";
import { signerOf } from "./signing-key.ts";
import { nodesOf, splitHashes } from "./tiles.ts";
import { leafHash } from "./tree.ts";
import { openCheckpoint, verifyReceipt } from "./verify-receipt.ts";
import { LogFrozen } from "./watermark.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await newDatabase();
});
afterAll(() => own.close());

async function headOf(log: string) {
  const [result] = await own.database.read([head(log)]);
  return readHead(result);
}

/** The names in the log, read back from its entries by their hashes. */
async function entriesOf(log: string, size: number): Promise<Uint8Array[]> {
  const [result] = await own.database.read([entries(log, 0, size)]);
  return readEntries(result);
}

/** Lets all of `count` readers read before any goes on: they hold the same head. */
function togetherAfterRead(database: Database, count: number): Database {
  let arrived = 0;
  let release: (value?: unknown) => void = () => undefined;
  const all = new Promise((resolve) => {
    release = resolve;
  });
  return {
    write: (statements) => database.write(statements),
    read: async (statements) => {
      const results = await database.read(statements);
      arrived += 1;
      if (arrived === count) release();
      if (arrived <= count) await all;
      return results;
    },
  };
}

describe("a commit", () => {
  it("gives each leaf its index, signs the tree, and every receipt of it is verified", async () => {
    const log = await newLog(own.database);
    const context = contextOf(log, own.database);
    expect(await appendOpen(context, "a", "b", "c")).toEqual([0, 1, 2]);
    expect(await appendOpen(context, "d")).toEqual([3]);
    const vkey = (await readVkey(own.database, log, SECRET)) ?? "";
    for (const index of [0, 1, 2, 3]) {
      const receipt = (await readReceipt(own.database, log, index)) ?? "";
      expect(await verifyReceipt(utf8(receipt), vkey)).toMatchObject({
        verified: true,
        index,
        checkpoint: { size: 4, origin: `callers360.localhost/log/${log}` },
        leaf: { kind: "policy" },
      });
    }
    expect(await readReceipt(own.database, log, 4)).toBeNull();
  });

  it("keeps what is public once: in one group, and later without writing", async () => {
    const log = await newLog(own.database);
    const context = contextOf(log, own.database);
    expect(await appendOpen(context, "x", "y", "x")).toEqual([0, 1, 0]);
    const before = own.server.stats().write_transactions;
    expect(await appendOpen(context, "y")).toEqual([1]);
    expect(own.server.stats().write_transactions).toBe(before);
    expect(await appendOpen(context, "y", "z")).toEqual([1, 2]);
    const notice = { rider: "open", request: { ...openLeaf("x").request, kind: "notice" } };
    expect(await commit(context, [notice])).toEqual([{ index: 3 }]);
  });

  it("refuses a log that does not exist", async () => {
    await expect(appendOpen(contextOf("org_none", own.database), "a")).rejects.toThrow(UnknownLog);
  });

  it("by two sequencers on one stale head: one commits, the other writes nothing, then succeeds", async () => {
    const log = await newLog(own.database);
    await appendOpen(contextOf(log, own.database), "first");
    const shared = togetherAfterRead(own.database, 2);
    const before = own.server.stats();
    const [one, two] = await Promise.all([
      appendOpen(contextOf(log, shared), "left", "left too"),
      appendOpen(contextOf(log, shared), "right"),
    ]);
    expect(own.server.stats().write_transactions - before.write_transactions).toBe(2);
    expect([...(one ?? []), ...(two ?? [])].sort()).toEqual([1, 2, 3]);
    const rows = await entriesOf(log, 10);
    expect(rows.length).toBe(4);
    expect(await headOf(log)).toMatchObject({ size: 4 });
    const [commits] = await own.database.read([
      { sql: "SELECT seq FROM log_commit WHERE log = ?1 ORDER BY seq", args: [log] },
    ]);
    expect(commits?.rows.length).toBe(3);
  });

  it("by many sequencers at once: every leaf is there once, every checkpoint continues the others", async () => {
    const log = await newLog(own.database);
    const names = Array.from({ length: 8 }, (_, i) => `many ${i}`);
    const indices = await Promise.all(names.map((name) => appendOpen(contextOf(log, own.database), name)));
    expect(indices.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const hashes = (await entriesOf(log, 10)).map((entry) => parseLeaf(entry));
    expect(hashes.every((leaf) => leaf?.kind === "policy")).toBe(true);
    expect(new Set(hashes.map((leaf) => JSON.stringify(leaf))).size).toBe(8);
  });

  it("of 100 concurrent requests makes few write transactions", async () => {
    const log = await newLog(own.database);
    const context = contextOf(log, own.database);
    await readCheckpoint(own.database, log, SECRET);
    const group = new GroupCommit((waiting: readonly Waiting[]) => commit(context, waiting), {
      gatherMs: 10,
      groupSize: 500,
      queueSize: 4000,
    });
    const before = own.server.stats().write_transactions;
    const late = new Promise((resolve) => setTimeout(resolve, 12));
    const first = Array.from({ length: 50 }, (_, i) => group.add(openLeaf(`burst ${i}`)));
    await late;
    const second = Array.from({ length: 50 }, (_, i) => group.add(openLeaf(`burst ${i + 50}`)));
    const answers = await Promise.all([...first, ...second]);
    expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => ({ index })));
    expect(own.server.stats().write_transactions - before).toBeLessThanOrEqual(3);
  });

  it("reads no more rows at 65,537 leaves than at 257", async () => {
    const rowsRead: number[] = [];
    for (const size of [257, 65_537]) {
      const log = await newLog(own.database);
      await plant(log, leafHashes(size));
      const context = contextOf(log, own.database);
      const before = own.server.stats().rows_read;
      expect(await appendOpen(context, "one more")).toEqual([size]);
      rowsRead.push(own.server.stats().rows_read - before);
      expect(await headOf(log)).toMatchObject({ size: size + 1 });
    }
    expect(rowsRead[1]).toBeLessThanOrEqual(rowsRead[0] ?? 0);
    expect(rowsRead[0]).toBeLessThan(60);
  });
});

it("answers for a receipt that is not there from a few rows and one round trip, however far off", async () => {
  const log = await newLog(own.database);
  await plant(log, leafHashes(65_537));
  for (const index of [65_537, 70_000, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    const before = own.server.stats();
    expect(await readReceipt(own.database, log, index)).toBeNull();
    expect(own.server.stats().rows_read - before.rows_read).toBeLessThan(20);
    expect(own.server.stats().read_transactions - before.read_transactions).toBe(1);
  }
});

it("does not read a full tile of a higher level for a second receipt, which is the same", async () => {
  const log = await newLog(own.database);
  await plant(log, leafHashes(65_537));
  await own.database.write([
    { sql: "INSERT INTO leaf (log, idx, kind, bytes) VALUES (?1, 300, 'policy', x'78')", args: [log] },
  ]);
  const known = new FullTiles();
  const tilesRead: number[] = [];
  const counting: Database = {
    ...own.database,
    read: async (statements) => {
      const results = await own.database.read(statements);
      tilesRead.push(results[1]?.rows.length ?? 0);
      return results;
    },
  };
  const first = await readReceipt(counting, log, 300, known);
  expect(await readReceipt(counting, log, 300, known)).toBe(first);
  // The leaf's own tile, the one above it, and the right edge: two partial tiles, of the leaves and of level 2.
  expect(tilesRead).toEqual([4, 3]);
});

/** Remembers nothing, so that whatever is planned twice is doubled; tells each write beside its leaf. */
const blind: Rider<string, number> = {
  reads: () => [{ sql: "SELECT count(*) AS n FROM ridden", args: [] }],
  plan: (log, requests, results, firstIndex) => {
    expect(results.length).toBe(1);
    return {
      outcomes: requests.map((request, i) => ({
        kind: "leaf",
        leaf: { kind: "consent", bytes: utf8(request) },
        answer: firstIndex + i,
      })),
      statements: requests.map((request, i) => ({
        sql: "INSERT INTO ridden (log, idx, request) VALUES (?1, ?2, ?3)",
        args: [log, firstIndex + i, request],
      })),
    };
  },
};

/** A context in which the blind rider rides beside the product's own. */
async function withBlind(log: string, database: Database): Promise<CommitContext> {
  await own.database.write(["CREATE TABLE IF NOT EXISTS ridden (log TEXT, idx INTEGER, request TEXT)"]);
  const context = contextOf(log, database);
  return { ...context, riders: { ...context.riders, blind } };
}

async function ridden(log: string): Promise<unknown[]> {
  const [result] = await own.database.read([
    { sql: "SELECT idx, request FROM ridden WHERE log = ?1 ORDER BY idx", args: [log] },
  ]);
  return result?.rows.map((row) => [row.idx, row.request]) ?? [];
}

describe("riders", () => {
  it("share one commit, and their writes stand or fall with it", async () => {
    const log = await newLog(own.database);
    const context = await withBlind(log, own.database);
    await appendOpen(context, "first");
    const before = own.server.stats().write_transactions;
    const group = [{ rider: "blind", request: "p" }, openLeaf("open"), { rider: "blind", request: "q" }];
    expect(await commit(context, group)).toEqual([2, { index: 1 }, 3]);
    expect(own.server.stats().write_transactions - before).toBe(1);
    expect(await ridden(log)).toEqual([
      [2, "p"],
      [3, "q"],
    ]);
  });

  it("that lose the fence leave nothing behind of the attempt", async () => {
    const log = await newLog(own.database);
    await appendOpen(contextOf(log, own.database), "first");
    const shared = togetherAfterRead(own.database, 2);
    const [one, two] = await Promise.all([
      commit(await withBlind(log, shared), [{ rider: "blind", request: "left" }]),
      commit(await withBlind(log, shared), [{ rider: "blind", request: "right" }]),
    ]);
    expect([...one, ...two].sort()).toEqual([1, 2]);
    const rows = await ridden(log);
    expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(
      [JSON.stringify([one[0], "left"]), JSON.stringify([two[0], "right"])].sort(),
    );
  });

  it("may not write without a leaf, and an unknown one is met before anything is read", async () => {
    const log = await newLog(own.database);
    const context = await withBlind(log, own.database);
    const silent: Rider<string, number> = {
      reads: () => [],
      plan: (_log, requests) => ({
        outcomes: requests.map(() => ({ kind: "settled", answer: 0 })),
        statements: [{ sql: "INSERT INTO ridden (request) VALUES ('?')", args: [] }],
      }),
    };
    const riders = { ...context.riders, silent };
    await expect(commit({ ...context, riders }, [{ rider: "silent", request: "x" }])).rejects.toThrow(
      "without a leaf",
    );
    await expect(commit(context, [{ rider: "stranger", request: "x" }])).rejects.toThrow("stranger");
  });
});

/** A log of this size by its tiles and head alone: an append needs nothing else. */
async function plant(log: string, hashes: readonly Uint8Array[]): Promise<void> {
  const { root, changed } = grow({ size: 0, tiles: new Map() }, hashes);
  const signer = await signerOf(SECRET, { origin: `callers360.localhost/log/${log}`, generation: 1 });
  await own.database.write([
    insertEmptyHead(log, await signHead({ size: hashes.length, root }, [signer])),
    ...changed.map((one) => storeTile(log, one)),
  ]);
}

describe("a lost answer", () => {
  it.each(["answer", "request", "late request"] as const)(
    "of a write (%s lost) doubles nothing",
    async (fault) => {
      const log = await newLog(own.database);
      await appendOpen(contextOf(log, own.database), "before");
      const line = await startFaultyLine(own.server.url, "INSERT INTO log_commit");
      line.lose(fault);
      const context = await withBlind(log, openDatabase({ url: line.url }));
      expect(await commit(context, [{ rider: "blind", request: "wanted" }])).toEqual([1]);
      expect(line.lost()).toBe(1);
      await line.settle();
      expect((await entriesOf(log, 10)).length).toBe(2);
      expect(await ridden(log)).toEqual([[1, "wanted"]]);
      expect(await appendOpen(context, "after")).toEqual([2]);
      await line.close();
    },
  );

  it("is not mistaken for our own commit when another took the place meanwhile", async () => {
    const log = await newLog(own.database);
    await appendOpen(contextOf(log, own.database), "before");
    const line = await startFaultyLine(own.server.url, "INSERT INTO log_commit");
    line.lose("request", () => appendOpen(contextOf(log, own.database), "the other's"));
    expect(await appendOpen(contextOf(log, openDatabase({ url: line.url })), "wanted")).toEqual([2]);
    expect((await entriesOf(log, 10)).length).toBe(3);
    await line.close();
  });
});

describe("a database that went back", () => {
  it("stops the log: nothing is signed or written", async () => {
    const log = await newLog(own.database);
    const watermark = memoryWatermark();
    await appendOpen(contextOf(log, own.database, watermark), "a", "b", "c");
    await own.database.write([
      { sql: "DELETE FROM leaf WHERE log = ?1 AND idx > 0", args: [log] },
      { sql: "DELETE FROM tile WHERE log = ?1", args: [log] },
      { sql: "DELETE FROM log_commit WHERE log = ?1", args: [log] },
      { sql: "DELETE FROM log_head WHERE log = ?1", args: [log] },
    ]);
    const before = own.server.stats().write_transactions;
    const frozen = appendOpen(contextOf(log, own.database, watermark), "d");
    await expect(frozen).rejects.toThrow(LogFrozen);
    expect(own.server.stats().write_transactions).toBe(before);
  });

  it("is noticed also when it has grown on from there, and a tree that went ahead is not", async () => {
    const log = await newLog(own.database);
    const watermark = memoryWatermark();
    await appendOpen(contextOf(log, own.database, watermark), "a", "b", "c");
    await appendOpen(contextOf(log, own.database), ...Array.from({ length: 300 }, (_, i) => `ahead ${i}`));
    expect(await appendOpen(contextOf(log, own.database, watermark), "d")).toEqual([303]);
    const foreign = memoryWatermark({ size: 2, root: leafHash(utf8("another history")) });
    await expect(appendOpen(contextOf(log, own.database, foreign), "e")).rejects.toThrow(LogFrozen);
    expect(await headOf(log)).toMatchObject({ size: 304 });
  });
});

describe("what a log shows", () => {
  it("serves every width that a growing tile ever had, and no wider one", async () => {
    const log = await newLog(own.database);
    const context = contextOf(log, own.database);
    const key = parseVkey((await readVkey(own.database, log, SECRET)) ?? "");
    const notes = [(await readCheckpoint(own.database, log, SECRET)) ?? ""];
    const leaves: Uint8Array[] = [];
    for (let i = 0; i < 260; i++) {
      const kept = openLeaf(`entry ${i}`);
      await commit(context, [kept]);
      const width = (i % 256) + 1;
      const n = Math.floor(i / 256);
      const now = await readTileFile(own.database, log, { kind: "hashes", level: 0, n, width });
      expect(now?.length).toBe(width * 32);
      if (width < 256) {
        expect(
          await readTileFile(own.database, log, { kind: "hashes", level: 0, n, width: width + 1 }),
        ).toBeNull();
        expect(await readTileFile(own.database, log, { kind: "entries", n, width: width + 1 })).toBeNull();
      }
      leaves.push(now?.slice(-32) ?? new Uint8Array());
      if (i % 17 === 0 || i > 253) notes.push((await readCheckpoint(own.database, log, SECRET)) ?? "");
    }
    const [result] = await own.database.read([tile(log, { level: 0, n: 0, width: 256 })]);
    const whole = readTile(result) ?? new Uint8Array();
    for (let width = 1; width < 256; width++) {
      const part = await readTileFile(own.database, log, { kind: "hashes", level: 0, n: 0, width });
      expect(part).toEqual(whole.slice(0, width * 32));
    }
    expect(splitHashes(whole).map(String)).toEqual(leaves.slice(0, 256).map(String));

    // Every checkpoint that was given out continues every earlier one.
    const rows = grow({ size: 0, tiles: new Map() }, leaves).changed;
    const node = nodesOf((level, n) => rows.find((one) => one.level === level && one.n === n)?.hashes);
    const heads = await Promise.all(notes.map((note) => openCheckpoint(note, key)));
    for (const old of heads) {
      for (const now of heads.filter((one) => one.size >= old.size)) {
        expect(provesConsistency(old, now, consistencyProof(old.size, now.size, node))).toBe(true);
      }
    }
    expect(heads[0]?.size).toBe(0);
  });

  it("keeps two logs apart: own keys, own indices, own trees", async () => {
    const [left, right] = [await newLog(own.database), await newLog(own.database)];
    await appendOpen(contextOf(left, own.database), "same", "same again");
    expect(await appendOpen(contextOf(right, own.database), "same")).toEqual([0]);
    const leftKey = (await readVkey(own.database, left, SECRET)) ?? "";
    const rightKey = (await readVkey(own.database, right, SECRET)) ?? "";
    expect(leftKey.split("+")[2]).not.toBe(rightKey.split("+")[2]);
    const receipt = utf8((await readReceipt(own.database, right, 0)) ?? "");
    expect(await verifyReceipt(receipt, rightKey)).toMatchObject({ verified: true });
    expect(await verifyReceipt(receipt, leftKey)).toMatchObject({ verified: false });
    expect(await readReceipt(own.database, right, 1)).toBeNull();
    expect(await readVkey(own.database, "org_none", SECRET)).toBeNull();
    expect(await readCheckpoint(own.database, "org_none", SECRET)).toBeNull();
  });

  it("signs the empty log once, whoever asks at the same time", async () => {
    const log = await newLog(own.database);
    const notes = await Promise.all([1, 2, 3].map(() => readCheckpoint(own.database, log, SECRET)));
    expect(new Set(notes).size).toBe(1);
    expect(notes[0]).toContain("\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— ");
  });
});
