import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished, vi } from "vitest";
import { DatabaseUnavailable, openDatabase } from "../client.ts";
import { temporaryFolder } from "./testing.ts";

const MAIN = new URL("main.ts", import.meta.url).pathname;

it("goes on after the disk was full: writes are not promised meanwhile, nothing is lost", async () => {
  const file = join(temporaryFolder(), "x.db");
  const server = spawn(process.execPath, [MAIN, "--port", "0", "--data", file]);
  onTestFinished(() => void server.kill("SIGKILL"));
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  const database = openDatabase({ url: JSON.parse(line).url });
  const limit = (bytes: string) =>
    execFileSync("prlimit", ["--pid", String(server.pid), `--fsize=${bytes}:unlimited`]);
  const count = async () => (await database.read(["SELECT count(*) AS n FROM t"]))[0]?.rows[0]?.n;

  await database.write(["CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"]);
  limit("4096");
  await expect(database.write(["INSERT INTO t VALUES (2)"])).rejects.toBeInstanceOf(DatabaseUnavailable);
  // Longer than the server waits before it empties its log, which cannot work either.
  await new Promise((resume) => setTimeout(resume, 1500));
  expect(await count()).toBe(1);
  limit("unlimited");
  await database.write(["INSERT INTO t VALUES (3)"]);
  expect(await count()).toBe(2);
  await vi.waitFor(() => expect(statSync(`${file}-wal`).size).toBe(0), 5000);
});
