import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openClient } from "../db/libsql-client.ts";
import { migrate } from "../db/migrate.ts";
import { holdPort } from "../local/port.ts";
import { startDatabase, stopAll, watchOver } from "../local/processes.ts";
import { organisationStatements } from "../worker/accounts/seed.ts";

/**
 * `npm run bench:import -- [--rows 500000]`: writes an export as a dialer does (25 columns, 200 callers, 1,370
 * calls a day), imports it into an empty local database, checks the totals against those counted while it
 * was written, and prints the rate.
 */

const ROOT = new URL("../", import.meta.url).pathname;
const CALLS_A_DAY = 1370;
const DAY_MS = 86_400_000;
const IST_MS = 5.5 * 3_600_000;
const ORG = "org_bench";

const { values } = parseArgs({ options: { rows: { type: "string", default: "500000" } } });
const rows = Number(values.rows);
const folder = mkdtempSync(join(tmpdir(), "callers360-bench-import-"));
const file = join(folder, "history.csv");
const totals = await writeExport(file, rows);
const megabytes = statSync(file).size / 1e6;
process.stdout.write(
  `${rows.toLocaleString("en-IN")} rows, ${megabytes.toFixed(0)} MB, ${cpus().length} cores\n`,
);

const token = randomBytes(32).toString("base64url");
const held = await holdPort(0);
await held.release();
const database = await startDatabase({ port: held.port, file: join(folder, "edge.db"), token });
watchOver([database]);
try {
  const address = { url: `http://127.0.0.1:${held.port}`, token };
  await migrate(address);
  const client = openClient(address);
  await client.batch(
    organisationStatements({
      org: ORG,
      name: ORG,
      timeZone: "Asia/Kolkata",
      log: ORG,
      site: "site_bench",
      siteName: "Bench",
      publicHost: "callers360.localhost",
      now: Date.now(),
    }),
    "write",
  );
  const started = performance.now();
  const code = await runImport({ DATABASE_URL: address.url, DATABASE_TOKEN: token });
  const seconds = (performance.now() - started) / 1000;
  const stored = (
    await client.execute({
      sql: `SELECT (SELECT count(*) FROM calls WHERE org = ?1) AS calls,
              sum(connected) AS connected, sum(missed) AS missed, sum(declined) AS declined, sum(talk_s) AS talk_s
            FROM r_slot WHERE org = ?1 AND team = '*'`,
      args: [ORG],
    })
  ).rows[0];
  const right =
    stored?.calls === rows && Object.entries(totals).every(([name, total]) => stored[name] === total);
  process.stdout.write(
    `with the start of the command ${seconds.toFixed(1)} s, ${Math.round(rows / seconds).toLocaleString("en-IN")} rows/s, ${(megabytes / seconds).toFixed(1)} MB/s; totals ${right ? "right" : "WRONG"}\n`,
  );
  process.exitCode = right && code === 0 ? 0 : 1;
} finally {
  await stopAll([database]);
  rmSync(folder, { recursive: true, force: true });
}

async function runImport(env: Readonly<Record<string, string>>): Promise<number> {
  const args = ["cli/main.ts", "import", file, "--mapping", "docs/mappings/ozonetel.json", "--org", ORG];
  const child = spawn(process.execPath, [...args, "--i-confirm-right-to-provide"], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  const [code] = await once(child, "exit");
  return code;
}

/** @returns what the rollups must hold */
async function writeExport(path: string, count: number) {
  const totals = { connected: 0, missed: 0, declined: 0, talk_s: 0 };
  const out = createWriteStream(path);
  out.write(
    "CallID,UCID,UUI,Campaign Name,Location,Caller Id,Skill,Call Date,Start Time,Time To Answer,End Time,TalkTime,Duration,CustomerRingTime,FallBack Rule,Dialed Number,Type,Agent,Disposition,Status,Hangup By,Transfer,Transferred To,comments,DialStatus\r\n",
  );
  const first = Date.now() - Math.ceil(count / CALLS_A_DAY + 1) * DAY_MS;
  // A linear congruential generator: the same file every time but for its days.
  let seed = 360;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  for (let index = 0; index < count; index += 1) {
    const local = new Date(first + IST_MS + Math.floor((index * DAY_MS) / CALLS_A_DAY)).toISOString();
    const status = random() < 0.6 ? "connected" : random() < 0.7 ? "missed" : "declined";
    const talk =
      status === "connected" ? Math.min(7200, Math.round(Math.exp(4.6 + (random() - 0.5) * 4))) : 0;
    totals[status] += 1;
    totals.talk_s += talk;
    const id = `90621${String(100_000_000 + index)}`;
    const words =
      status === "connected"
        ? ["Answered", "answered"]
        : ["NotAnswered", status === "missed" ? "not_answered" : "busy"];
    const caller = Math.floor(random() * 200);
    const line = [
      id,
      id,
      "",
      "Outbound_goa",
      "Goa",
      `98${String(Math.floor(random() * 1e8)).padStart(8, "0")}`,
      caller % 2 === 0 ? "Sales" : "Support",
      local.slice(0, 10),
      local.slice(11, 19),
      "00:00:05",
      local.slice(11, 19),
      clock(talk),
      clock(talk + 5),
      "00:00:04",
      "AgentDial",
      "500964",
      "Progressive",
      `Agent ${caller}`,
      status === "connected" ? "Interested" : "",
      words[0],
      "AgentHangup",
      "No Transfers",
      "",
      "",
      words[1],
    ];
    if (!out.write(`${line.join(",")}\r\n`)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
  return totals;
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}
