import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@libsql/client/web";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "./testing.ts";

const MAIN = join(import.meta.dirname, "main.ts");

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** Runs the program to its end. */
async function finish(...args: string[]): Promise<{ code: unknown; stderr: string }> {
  const child = run(args);
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { code, stderr };
}

async function start(dataFile: string): Promise<{ child: ChildProcess; url: string }> {
  const child = run(["--port", "0", "--data", dataFile]);
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, url: JSON.parse(String(line)).url };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}

describe("the program", () => {
  test("misuse is explained with exit code 2", async () => {
    for (const args of [
      [],
      ["--port", "x", "--data", "y"],
      ["--port", "0"],
      ["--bogus"],
      ["--port", "65536", "--data", "y"],
    ]) {
      const { code, stderr } = await finish(...args);
      expect(code).toBe(2);
      expect(stderr).toContain("Usage:");
    }
  });

  test("the token may come from the environment, which shows it to nobody", async () => {
    const child = run(["--port", "0", "--data", join(temporaryFolder(), "edge.db")], {
      C360_DB_TOKEN: "secret",
    });
    const [line] = await once(createInterface(child.stdout), "line");
    const { url } = JSON.parse(String(line));
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}/v2/pipeline`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: '{"requests":[]}',
      }).then(({ status }) => status);
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: "Bearer secret" })).toBe(200);
  });

  test("a taken port is one sentence and exit code 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    const { code, stderr } = await finish("--port", port, "--data", join(temporaryFolder(), "data.db"));
    expect(code).toBe(1);
    expect(stderr).toBe(`Port ${port} is taken: another program listens on 127.0.0.1:${port}.\n`);
  });

  test("a data file that is none, or cannot be made, is one sentence and exit code 1", async () => {
    const file = join(temporaryFolder(), "notes.txt");
    writeFileSync(file, "These are notes, and they are long enough to be no empty database. ".repeat(10));
    const none = await finish("--port", "0", "--data", file);
    expect(none).toEqual({ code: 1, stderr: `The data file ${file} is not a database.\n` });
    const below = await finish("--port", "0", "--data", join(file, "data.db"));
    expect(below.code).toBe(1);
    expect(below.stderr).toMatch(/^The data file .* cannot be opened for writing: .*\n$/);
  });

  test("SIGTERM ends requests, rolls back the rest, and leaves one file with everything in it", async () => {
    const dataFile = join(temporaryFolder(), "new", "folders", "data.db");
    const { child, url } = await start(dataFile);
    const client = createClient({ url });
    await client.execute("CREATE TABLE t (a)");
    await client.execute("INSERT INTO t VALUES (1)");
    const open = await client.transaction("write");
    await open.execute("INSERT INTO t VALUES (2)");
    const waiting = client.execute("INSERT INTO t VALUES (3)");
    await sleep(100);
    await kill(child, "SIGTERM");
    expect(child.exitCode).toBe(0);
    await waiting;
    expect(statSync(`${dataFile}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);

    const again = await start(dataFile);
    const { rows } = await createClient({ url: again.url }).execute("SELECT a FROM t ORDER BY a");
    expect(rows.map(({ a }) => a)).toEqual([1, 3]);
  });

  test("SIGKILL under load loses nothing that was acknowledged", async () => {
    const dataFile = join(temporaryFolder(), "data.db");
    const acknowledged = new Set<number>();
    let next = 0;
    for (const afterMs of [5, 20, 35, 50]) {
      const { child, url } = await start(dataFile);
      const client = createClient({ url, concurrency: 100 });
      await client.batch(
        [
          "CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY)",
          "CREATE TABLE IF NOT EXISTS total (n INTEGER PRIMARY KEY, sum INTEGER)",
          "INSERT OR IGNORE INTO total VALUES (1, 0)",
        ],
        "write",
      );
      let running = true;
      const writer = async () => {
        while (running) {
          const a = next++;
          const statements = [
            { sql: "INSERT INTO t VALUES (?)", args: [a] },
            { sql: "UPDATE total SET sum = sum + ?", args: [a] },
          ];
          // Without an answer it may be there or not, whether of the kill or because its turn did not come.
          await client.batch(statements, "write").then(
            () => acknowledged.add(a),
            () => sleep(1),
          );
        }
      };
      const writers = Array.from({ length: 20 }, writer);
      const before = acknowledged.size;
      while (acknowledged.size < before + 20) await sleep(1);
      await sleep(afterMs);
      await kill(child, "SIGKILL");
      running = false;
      await Promise.all(writers);
    }

    const { url } = await start(dataFile);
    const client = createClient({ url });
    const stored = new Set((await client.execute("SELECT a FROM t")).rows.map(({ a }) => Number(a)));
    expect([...acknowledged].filter((a) => !stored.has(a))).toEqual([]);
    // A batch is there as a whole or not at all, answered or not.
    const sum = [...stored].reduce((total, a) => total + a, 0);
    expect((await client.execute("SELECT sum FROM total")).rows[0]?.sum).toBe(sum);
    expect((await client.execute("PRAGMA integrity_check")).rows[0]?.[0]).toBe("ok");
  }, 60_000);
});
