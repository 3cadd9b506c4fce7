import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openClient } from "../../db/libsql-client.ts";
import { databaseOf } from "../../local/edge.ts";
import { type Edge, startEdge } from "./place.ts";

/** `npm run c360 -- import` as people run it, against a started edge. */

const ROOT = new URL("../../", import.meta.url).pathname;
const MAPPINGS = `${ROOT}docs/mappings`;

let edge: Edge;
let folder: string;

beforeAll(async () => {
  edge = await startEdge();
  folder = mkdtempSync(join(tmpdir(), "callers360-import-"));
});
afterAll(async () => {
  await edge.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The newest year whose September is over: calls are kept for 36 months, and the fixtures are of 2026. */
const YEAR = new Date().getUTCFullYear() - (new Date().getUTCMonth() >= 9 ? 0 : 1);

/** A text of 2026 as one of that year. */
function dated(text: string): string {
  return text.replaceAll("2026-", `${YEAR}-`);
}

/** A copy of its own, so that its record lies beside it. */
function fixture(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, dated(readFileSync(`${ROOT}cli/fixtures/${name}`, "utf8")));
  return path;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function begin(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child: ChildProcess = spawn(process.execPath, ["cli/main.ts", "import", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let out = "";
  let err = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (err += text));
  const ended = once(child, "close").then(([code]): Ended => ({ code, out, err }));
  return { child, ended };
}

const run = (args: readonly string[], env?: Readonly<Record<string, string>>) => begin(args, env).ended;

/** Straight into the database. */
function database(): Readonly<Record<string, string>> {
  const { url, token } = databaseOf(edge.place);
  return { DATABASE_URL: url, DATABASE_TOKEN: token ?? "" };
}

/** What the organisation's audit log says of imports. */
async function importsOf(org: string) {
  const client = openClient(databaseOf(edge.place));
  const { rows } = await client.execute({
    sql: "SELECT actor, action, target FROM audit_log WHERE org = ?1 AND id LIKE 'imp_%' ORDER BY at, rowid",
    args: [org],
  });
  return rows.map((row) => ({ ...row }));
}

async function summary(org: "first" | "second", query: string): Promise<unknown> {
  const answer = await fetch(`${edge.url}/api/v1/metrics/summary?${query}`, {
    headers: { authorization: `Bearer ${edge.credentials[org].keys.read}` },
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

/** What `cli/fixtures/ozonetel.csv` says, added by hand: 2026-09-01 in India. */
const OZONETEL_DAY = dated("from=2026-08-31T18:30:00Z&to=2026-09-01T18:30:00Z");
const OZONETEL_REFUSED = [
  'line 11: rejected: direction (column "Type") holds a word that the mapping does not know.',
  'line 12: rejected: started_at (column "Call Date", "Start Time") is not a time that a calendar and a clock have.',
  'line 12: rejected: duration_s (column "TalkTime") is not a duration as hh:mm:ss.',
  'line 13: rejected: started_at (column "Call Date", "Start Time") is before the time for which calls are kept.',
  "line 14: rejected: has text behind a closing quote.",
  "line 15: rejected: has 4 cells where the head line names 25.",
];

it("a dry run says line by line what would become of it, and sends nothing", async () => {
  const file = fixture("ozonetel.csv");
  const { code, out, err } = await run([
    file,
    "--mapping",
    `${MAPPINGS}/ozonetel.json`,
    "--dry-run",
    "--org",
    "org_demo",
  ]);
  expect(err).toBe("");
  expect(out.split("\n")).toEqual(
    [
      "line 2: accept 90621001 inbound connected 2026-08-31T18:40:00.000Z 330 s, team t_sales, caller priya_nair",
      "line 3: accept 90621002 outbound connected 2026-09-01T06:06:52.000Z 30 s, team t_sales, caller asha_d_souza",
      "line 5: accept 90621003 outbound missed 2026-09-01T07:32:18.000Z 0 s, team t_support, caller atul",
      "line 6: accept 90621004 outbound declined 2026-09-01T08:30:00.000Z 0 s, team t_support, caller atul",
      "line 7: accept 90621005 inbound missed 2026-09-01T13:00:00.000Z 0 s, team t_other, caller nobody",
      "line 9: accept 90621006 inbound connected 2026-09-01T18:29:59.000Z 3600 s, team t_sales, caller priya_nair",
      "line 10: accept 90621007 inbound connected 2026-09-01T18:30:00.000Z 60 s, team t_sales, caller priya_nair",
      'line 11: reject direction (column "Type") holds a word that the mapping does not know.',
      'line 12: reject started_at (column "Call Date", "Start Time") is not a time that a calendar and a clock have. duration_s (column "TalkTime") is not a duration as hh:mm:ss.',
      'line 13: reject started_at (column "Call Date", "Start Time") is before the time for which calls are kept.',
      "line 14: reject has text behind a closing quote.",
      "line 15: reject has 4 cells where the head line names 25.",
      "line 16: accept 90621001 inbound connected 2026-08-31T18:40:00.000Z 330 s, team t_sales, caller priya_nair",
      "8 would be accepted, 5 rejected. Nothing was sent.",
      "",
    ].map(dated),
  );
  expect(code).toBe(1);
  expect(existsSync(`${file}.import.json`)).toBe(false);
  expect(await summary("first", OZONETEL_DAY)).toMatchObject({ n: 0 });
});

it("nothing goes out before somebody confirmed the right to provide it", async () => {
  const file = fixture("ozonetel.csv");
  const refused = await run(
    [file, "--mapping", `${MAPPINGS}/ozonetel.json`, "--org", "org_demo"],
    database(),
  );
  expect(refused.code).toBe(2);
  expect(refused.err).toContain("--i-confirm-right-to-provide");
  expect(await summary("first", OZONETEL_DAY)).toMatchObject({ n: 0 });
});

it("Ozonetel's report into the database: the day's numbers by hand, bad lines named, the confirmation kept", async () => {
  const file = fixture("ozonetel.csv");
  const args = [file, "--mapping", `${MAPPINGS}/ozonetel.json`, "--org", "org_demo", "--by", "Meera"];
  const first = await run([...args, "--i-confirm-right-to-provide"], database());
  expect(first.err.trimEnd().split("\n")).toEqual(OZONETEL_REFUSED);
  expect(first.out).toContain(
    "13 rows: 7 accepted, 1 there already, 0 older than what is there, 5 rejected.",
  );
  expect(first.code).toBe(1);
  // 330 + 30 + 3600; line 10 begins the next day.
  expect(await summary("first", OZONETEL_DAY)).toMatchObject({
    n: 6,
    connected: 3,
    missed: 2,
    declined: 1,
    talk_s: 3960,
  });
  expect(await summary("first", `${OZONETEL_DAY}&team=t_sales`)).toMatchObject({ n: 3, talk_s: 3960 });
  expect(await summary("first", `${OZONETEL_DAY}&caller=atul`)).toMatchObject({
    n: 2,
    missed: 1,
    declined: 1,
  });

  const record = JSON.parse(readFileSync(`${file}.import.json`, "utf8"));
  expect(record.confirmation).toMatchObject({ by: "Meera" });
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  expect(await importsOf("org_demo")).toEqual([
    {
      actor: "Meera",
      action: "calls.import",
      target: `sha256:${sha256}, right to provide confirmed by Meera`,
    },
    {
      actor: "Meera",
      action: "calls.imported",
      target: `sha256:${sha256}, 13 rows: 7 accepted, 1 there already, 0 older, 5 rejected`,
    },
  ]);

  const again = await run([...args, "--i-confirm-right-to-provide"], database());
  expect(again.out).toContain("13 rows: 0 accepted, 8 there already");
});

it("Aircall's history through the API: times in UTC, seconds, tags; the server names what it rejects", async () => {
  const file = fixture("aircall.csv");
  const key = edge.credentials.second.keys.ingest;
  const args = [
    file,
    "--mapping",
    `${MAPPINGS}/aircall.json`,
    "--url",
    edge.url,
    "--i-confirm-right-to-provide",
  ];
  const { code, out, err } = await run(args, { C360_KEY: key });
  expect(err.trimEnd()).toBe(
    'line 8: rejected: status (column "answered") holds a word that the mapping does not know.',
  );
  expect(out).toContain("7 rows: 6 accepted, 0 there already, 0 older than what is there, 1 rejected.");
  expect(code).toBe(1);
  // 2026-09-03 in UTC: 486 + 191 + 60; line 7 begins the next day.
  const day = dated("from=2026-09-03T00:00:00Z&to=2026-09-04T00:00:00Z");
  expect(await summary("second", day)).toMatchObject({
    n: 5,
    connected: 3,
    missed: 2,
    declined: 0,
    talk_s: 737,
  });
  expect(await summary("second", `${day}&caller=deepa_kamat&team=sales`)).toMatchObject({
    n: 2,
    talk_s: 546,
  });
  const listed = await fetch(dated(`${edge.url}/api/v1/calls?caller=deepa_kamat&to=2026-09-03T12:00:00Z`), {
    headers: { authorization: `Bearer ${edge.credentials.second.keys.read}` },
  });
  expect(await listed.json()).toMatchObject({
    calls: [
      {
        started_at: dated("2026-09-03T07:57:14.083Z"),
        customer_ref: "919800000011",
        analysis: { keywords: ["New Orders", "VIP"] },
      },
    ],
  });

  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  const actor = expect.stringMatching(/^key:./);
  expect(await importsOf("org_second")).toEqual([
    {
      actor,
      action: "calls.import",
      target: expect.stringContaining(`sha256:${sha256}, right to provide confirmed by `),
    },
    {
      actor,
      action: "calls.imported",
      target: `sha256:${sha256}, 7 rows: 6 accepted, 0 there already, 0 older, 1 rejected`,
    },
  ]);

  const refused = await run([...args, "--key", "c360_wrong"], {});
  expect(refused.code).toBe(3);
  expect(refused.err).toContain("401");
});

const KILL_DAYS = 20;
const ROWS_A_DAY = 1500;

/** Thirty thousand calls in own form; every tenth missed, each other 60 s. */
function longFile(): string {
  const path = join(folder, "long.csv");
  const lines = [
    "call_id,revision,team_id,caller_id,customer_ref,direction,status,started_at,duration_s,clarity,proficiency,volume,sentiment,keywords",
  ];
  for (let index = 0; index < KILL_DAYS * ROWS_A_DAY; index += 1) {
    const at = new Date(Date.UTC(YEAR, 5, 1) + Math.floor((index * 86_400_000) / ROWS_A_DAY)).toISOString();
    const missed = index % 10 === 0;
    lines.push(
      `kill_${index},1,t_kill_${index % 7},u_${index % 31},,inbound,${missed ? "missed" : "connected"},${at},${missed ? 0 : 60},,,,,`,
    );
  }
  writeFileSync(path, `${lines.join("\r\n")}\r\n`);
  return path;
}

it("killed twice while others write too, and run to its end: the totals are exact", async () => {
  const file = longFile();
  const args = [file, "--org", "org_demo", "--i-confirm-right-to-provide"];
  const position = () =>
    existsSync(`${file}.import.json`)
      ? JSON.parse(readFileSync(`${file}.import.json`, "utf8")).position.offset
      : 0;
  const ingesting = keepIngesting();
  let before = 500;
  for (let kill = 0; kill < 2; kill += 1) {
    const { child, ended } = begin(args, database());
    while (position() <= before && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await ended;
    expect(child.signalCode).toBe("SIGKILL");
    before = position();
  }
  const last = await run(args, database());
  const live = await ingesting.stop();
  expect(last.out).toMatch(/^Going on behind line /);
  expect(last.code).toBe(0);

  const range = dated("from=2026-06-01T00:00:00Z&to=2026-06-21T00:00:00Z");
  const rows = KILL_DAYS * ROWS_A_DAY;
  expect(await summary("first", range)).toMatchObject({
    n: rows + live,
    connected: rows * 0.9 + live,
    missed: rows * 0.1,
    talk_s: rows * 0.9 * 60 + live * 7,
  });
  expect(await summary("first", `${range}&team=t_live`)).toMatchObject({ n: live, talk_s: live * 7 });
});

/** Calls through the front door, one after the other, until told to stop. */
function keepIngesting() {
  let stopped = false;
  let accepted = 0;
  const work = (async () => {
    for (let count = 0; !stopped; count += 1) {
      const event = {
        event_id: `live_${count}`,
        call_id: `live_${count}`,
        revision: 1,
        team_id: "t_live",
        caller_id: "u_live",
        direction: "inbound",
        status: "connected",
        started_at: dated("2026-06-15T10:00:00Z"),
        duration_s: 7,
        analysis: null,
      };
      const answer = await fetch(`${edge.url}/api/v1/calls`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${edge.credentials.first.keys.ingest}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ events: [event] }),
      });
      expect(answer.status).toBe(200);
      const receipt: { accepted: number } = JSON.parse(await answer.text());
      accepted += receipt.accepted;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await work;
      expect(accepted).toBeGreaterThan(2);
      return accepted;
    },
  };
}

it("what was exported can be imported: the same calls in another organisation", async () => {
  const exported = async (org: "first" | "second") => {
    const answer = await fetch(`${edge.url}/api/v1/calls?team=t_sales`, {
      headers: { authorization: `Bearer ${edge.credentials[org].keys.read}`, accept: "text/csv" },
    });
    return answer.text();
  };
  const file = join(folder, "export.csv");
  const calls = await exported("first");
  writeFileSync(file, calls);
  const { code } = await run([file, "--org", "org_second", "--i-confirm-right-to-provide"], database());
  expect(code).toBe(0);
  expect(calls.split("\r\n")).toHaveLength(6);
  expect(await exported("second")).toBe(calls);
});

it("events in NDJSON go as they are; a line of another organisation or without JSON is named", async () => {
  const file = join(folder, "events.ndjson");
  const event = {
    event_id: "e_1",
    call_id: "nd_1",
    revision: 2,
    team_id: "t_nd",
    caller_id: "u_nd",
    direction: "outbound",
    status: "connected",
    started_at: dated("2026-09-10T10:00:00+05:30"),
    duration_s: 90,
    analysis: { clarity: 80.5 },
  };
  const lines = [
    JSON.stringify(event),
    "",
    "{",
    JSON.stringify({ ...event, org_id: "org_other" }),
    JSON.stringify({ ...event, analysis: { clarity: 101 } }),
  ];
  writeFileSync(file, lines.join("\r\n"));
  const { err, out } = await run([file, "--org", "org_second", "--i-confirm-right-to-provide"], database());
  expect(err.trimEnd().split("\n")).toEqual([
    "line 3: rejected: is not valid JSON in UTF-8.",
    "line 4: rejected: org_id is not the organisation of this key.",
    "line 5: rejected: clarity must be from 0 to 100.",
  ]);
  expect(out).toContain("4 rows: 1 accepted");
});

it.each([
  [[], "exactly one FILE"],
  [["nowhere.csv", "--dry-run"], "not a file that can be read"],
  [["README.md", "--dry-run"], "has no column"],
  [["x.csv", "--url", "https://edge.example"], "needs a key"],
  [["x.csv", "--url", "https://edge.example", "--org", "o"], "its key tells the organisation"],
  [["cli/fixtures/aircall.csv", "--mapping", "cli/fixtures/aircall.csv", "--dry-run"], "cannot be read"],
  [
    ["cli/fixtures/aircall.csv", "--mapping", "docs/mappings/ozonetel.json", "--dry-run"],
    'has no column "CallID"',
  ],
])("called wrongly: %j", async (args, reason) => {
  const { code, err } = await run(args, { DATABASE_URL: "", C360_KEY: "" });
  expect(err).toContain(reason);
  expect(code).toBe(2);
});

it("finds the local product's database by its data folder, running or not", async () => {
  const file = fixture("ozonetel.csv");
  const args = [file, "--mapping", `${MAPPINGS}/ozonetel.json`, "--i-confirm-right-to-provide"];
  const dataFolder = dirname(edge.place.file("edge.db"));
  const local = [...args, "--data-dir", dataFolder, "--org", "org_second"];
  const hidden = await run(local, { DATABASE_URL: "" });
  expect(hidden).toMatchObject({
    code: 2,
    err: expect.stringContaining("already running on the data folder"),
  });
  // What a start leaves there while it runs.
  writeFileSync(edge.place.file("database.json"), JSON.stringify(databaseOf(edge.place)));
  expect((await run(local, { DATABASE_URL: "" })).out).toContain("13 rows: ");

  const stopped = mkdtempSync(join(tmpdir(), "callers360-import-stopped-"));
  const nothing = await run([...args, "--data-dir", stopped], { DATABASE_URL: "" });
  expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining("holds no database yet") });
  const client = openClient(databaseOf(edge.place));
  await client.execute({ sql: "VACUUM INTO ?1", args: [join(stopped, "edge.db")] });
  const alone = await run([...args, "--data-dir", stopped, "--org", "org_second"], { DATABASE_URL: "" });
  expect(alone.out).toContain("13 rows: 0 accepted, 8 there already");
  rmSync(stopped, { recursive: true, force: true });
});

it("a database without the organisation is a sentence", async () => {
  const file = fixture("ozonetel.csv");
  const args = [file, "--mapping", `${MAPPINGS}/ozonetel.json`, "--i-confirm-right-to-provide"];
  const { code, err } = await run([...args, "--org", "org_nobody"], database());
  expect(err).toContain("There is no organisation org_nobody");
  expect(code).toBe(2);
});
