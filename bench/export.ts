import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { openDatabase } from "../db/client.ts";
import { cronSocketOf, databaseOf } from "../local/edge.ts";
import { type Edge, startEdge } from "../tests/product/place.ts";
import type { Call } from "../worker/calls/call.ts";
import { writeCalls } from "../worker/calls/queries.ts";

/**
 * `npm run soak:export -- [--rows 1000000]`: streams all calls of an organisation as CSV out of the built worker on
 * plain workerd, to a reader that stops for a second now and then. Every call must come once, and the worker must
 * hold no more at the end than a page needs: it runs with a collector that is always at work, since V8 left alone lets
 * garbage lie while there is room.
 */

const ORG = "org_demo";
const BATCH = 10_000;
/** An export that held its rows would need more than 100 bytes of each. */
const MOST_GROWTH_MB = 30;
const COLLECT_ALWAYS = ["--gc-global", "--max-semi-space-size=1"];
const workerd: { readonly default: string } = createRequire(import.meta.url)("workerd");

const { values } = parseArgs({ options: { rows: { type: "string", default: "1000000" } } });
const rows = Number(values.rows);
const say = (line: string) => process.stdout.write(`${line}\n`);
const edge = await startEdge();
let stopWorker = () => {};
try {
  say(`Storing ${rows.toLocaleString("en-IN")} calls`);
  const database = openDatabase(databaseOf(edge.place), 60_000);
  const now = Date.now();
  for (let at = 0; at < rows; at += BATCH) {
    const size = Math.min(BATCH, rows - at);
    await database.write([
      writeCalls(
        ORG,
        Array.from({ length: size }, (_, index) => storedCall(at + index, now)),
      ),
    ]);
  }
  const worker = await restartCollecting(edge);
  stopWorker = worker.kill;
  // A first page warms the worker up: what comes after is the export's own.
  await (await exported("?limit=1000")).text();
  const before = memoryOf(worker.pid);
  const started = performance.now();
  const { body } = await exported("");
  if (body === null) throw new Error("the export has no body");
  let lines = 0;
  let bytes = 0;
  let checksum = 0;
  let paused = 0;
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    bytes += chunk.length;
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\r\n");
    for (const line of end === -1 ? [] : text.slice(0, end).split("\r\n")) {
      lines += 1;
      if (lines > 1) checksum += Number(line.slice(5, line.indexOf(",")));
    }
    rest = end === -1 ? text : text.slice(end + 2);
    if (bytes > (paused + 1) * 20_000_000) {
      paused += 1;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  const seconds = (performance.now() - started) / 1000 - paused;
  const after = memoryOf(worker.pid);
  const complete = lines === rows + 1 && checksum === (rows * (rows - 1)) / 2;
  const growth = after - before;
  say(
    `${rows.toLocaleString("en-IN")} calls, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s: ${Math.round(
      rows / seconds,
    ).toLocaleString("en-IN")} rows/s; ${complete ? "every call once" : "INCOMPLETE"}`,
  );
  say(
    `worker's peak memory ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after (+${growth.toFixed(0)})`,
  );
  process.exitCode = complete && growth < MOST_GROWTH_MB ? 0 : 1;
} finally {
  stopWorker();
  await edge.stop();
}

/** The same worker by the same configuration, with V8's flags. */
async function restartCollecting({ worker, place, url }: Edge): Promise<{ pid: number; kill(): void }> {
  worker.kill("SIGTERM");
  await worker.ended;
  rmSync(cronSocketOf(place), { force: true });
  const file = place.file("workerd.capnp");
  const flags = `v8Flags = [${COLLECT_ALWAYS.map((flag) => JSON.stringify(flag)).join(", ")}],`;
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(":Workerd.Config = (", `:Workerd.Config = (\n  ${flags}`),
  );
  const { auth, ledger, database } = place.secrets;
  const child = spawn(workerd.default, ["serve", file, "--experimental"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, AUTH_SECRET: auth, LEDGER_SECRET: ledger, DATABASE_TOKEN: database },
  });
  await once(child, "spawn");
  for (let attempt = 0; ; attempt += 1) {
    try {
      await (await fetch(`${url}/healthz`)).text();
      break;
    } catch (error) {
      if (attempt === 200 || child.exitCode !== null) {
        child.kill("SIGKILL");
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return { pid: child.pid ?? 0, kill: () => child.kill("SIGKILL") };
}

function exported(query: string): Promise<Response> {
  return fetch(`${edge.url}/api/v1/calls${query}`, {
    headers: { authorization: `Bearer ${edge.credentials.first.keys.read}`, accept: "text/csv" },
  });
}

function storedCall(index: number, now: number): Call {
  return {
    call_id: `call_${index}`,
    revision: 1,
    team: `t_${index % 10}`,
    caller: `u_${index % 200}`,
    customer_ref: `cust_${index}`,
    direction: "outbound",
    status: "connected",
    started_at: now - index * 1000,
    duration_s: index % 600,
    clarity: 8050,
    proficiency: 7500,
    volume: 6000,
    sentiment: "positive",
    keywords: '["price","delivery"]',
  };
}

/** The most that a process ever had in memory, in MB. */
function memoryOf(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1000;
}
