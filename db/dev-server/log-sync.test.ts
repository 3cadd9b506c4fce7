import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newStats } from "./counters.ts";
import { LogSync } from "./log-sync.ts";
import { pipeline, query, startForTest, temporaryFolder } from "./testing.ts";

test("all commits of a request are brought to the disk once, reads never", async () => {
  const server = await startForTest();
  await query(server, "CREATE TABLE t (a)");
  const before = server.stats();
  const stmt = { sql: "INSERT INTO t VALUES (1)" };
  await pipeline(server, [
    { type: "batch", batch: { steps: Array.from({ length: 500 }, () => ({ stmt })) } },
    { type: "close" },
  ]);
  await query(server, "SELECT count(*) FROM t");
  const after = server.stats();
  expect(after.write_transactions - before.write_transactions).toBe(500);
  expect(after.log_syncs - before.log_syncs).toBe(1);
});

test("a commit during a sync waits for the next one, with all others that do", async () => {
  const path = join(temporaryFolder(), "x.db-wal");
  writeFileSync(path, "log");
  const stats = newStats();
  const log = new LogSync(path, stats);
  log.committed();
  const first = log.durable();
  log.committed();
  const second = log.durable();
  log.committed();
  await Promise.all([first, second, log.durable()]);
  expect(stats.log_syncs).toBe(2);
  await log.close();
});

test("after a failed sync nothing is promised any more", async () => {
  // A device that cannot be synced.
  const log = new LogSync("/dev/null", newStats());
  await log.durable();
  log.committed();
  await expect(log.durable()).rejects.toThrow("EINVAL");
  await expect(log.durable()).rejects.toThrow("EINVAL");
  await log.close();
});
