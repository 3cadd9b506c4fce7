import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import PostalMime from "postal-mime";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { type Database, openDatabase } from "../../db/client.ts";
import { cronSocketOf, databaseOf } from "../../local/edge.ts";
import { ringCron } from "../../local/processes.ts";
import { type MailServer, startMailServer } from "../mail-server.ts";
import { type Edge, startEdge } from "./place.ts";
import { killOne, pause, untilAcknowledged } from "./under-kills.ts";

const DAY = 86_400_000;
/** The empty one of the two organisations: its notices reach its own members, the operator's everybody. */
const ORG = "org_second";

let edge: Edge;
let server: MailServer;
let database: Database;

beforeAll(async () => {
  server = await startMailServer();
  edge = await startEdge({ mailUrl: `smtp://127.0.0.1:${server.port}`, mailDomainRate: 600_000 });
  database = openDatabase(databaseOf(edge.place));
  // Whatever the start itself announced is out of the way.
  await vi.waitUntil(() => server.taken.length === 2, { timeout: 20_000 });
});

afterAll(async () => {
  await edge.stop();
  await server.close();
});

afterEach(() => {
  server.behave(null);
  server.slow(0);
});

type Fields = Record<string, unknown>;

async function manage(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: Fields }> {
  const response = await fetch(edge.url + path, {
    method,
    headers: {
      authorization: `Bearer ${edge.credentials.second.keys.manage}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? {} : JSON.parse(text) };
}

/** Announces a version of a policy of its own. @param days from now on until it takes effect */
async function announce(policy: string, version: string, text: string, days = 31): Promise<void> {
  const path = `/api/v1/policies/${policy}/${version}`;
  const markdown = `# House Rules\n\nLast Updated: November 24, 2026\n\n## 1. Contact\n\n${text} Write to rules@callers360.com.\n`;
  const saved = await manage("PUT", path, { markdown });
  expect(saved.status, JSON.stringify(saved.json)).toBe(201);
  const scheduled = await manage("POST", `${path}/schedule`, {
    effective_at: new Date(Date.now() + days * DAY).toISOString(),
    reason: "Asked for by many.",
    class: "material",
  });
  expect(scheduled.status, JSON.stringify(scheduled.json)).toBe(200);
}

async function subscribers(prefix: string, n: number): Promise<string[]> {
  const addresses = Array.from({ length: n }, (_, i) => `${prefix}${i}@${prefix}.example`);
  await database.write([
    {
      sql: `INSERT INTO subscription (org, id, list, email, language, state, asked_at, asked, created_at, confirmed_at, confirmed_idx)
            SELECT ?1, 'sub_' || replace(value, '@', '_'), 'policy', value, 'en', 'confirmed', 1, 1, 1, 1, 0 FROM json_each(?2)`,
      args: [ORG, JSON.stringify(addresses)],
    },
  ]);
  return addresses;
}

const forgetSubscribers = () =>
  database.write([{ sql: "DELETE FROM subscription WHERE org = ?1", args: [ORG] }]);

async function rowsOf(occasion: string) {
  const [rows] = await database.read([
    {
      sql: "SELECT id, person, address, state, attempts, unsure, answer FROM outbox WHERE org = ?1 AND occasion = ?2",
      args: [ORG, occasion],
    },
  ]);
  return (rows?.rows ?? []).map((row) => ({ ...row }));
}

/** As if the time for leases and pauses had passed. */
async function timePasses(): Promise<void> {
  await leasesEnd();
  await ringCron(cronSocketOf(edge.place));
}

async function leasesEnd(): Promise<void> {
  await database.write([
    { sql: "UPDATE outbox SET lease_until = 1 WHERE state = 'claimed'", args: [] },
    { sql: "UPDATE outbox SET due_at = 1 WHERE state = 'queued'", args: [] },
  ]);
}

/** While it is down nobody's lease is alive: only then may they end. */
async function killSender(): Promise<void> {
  edge.worker.kill("SIGKILL");
  await edge.worker.ended;
  await leasesEnd();
  await edge.restartWorker();
}

const sentTo = (address: string) => server.taken.filter(({ to }) => to === address);

it("subscribe, confirm, the change in the mail, one click out; a cancellation reaches who was told", async () => {
  const email = "asha@callers360.example";
  const asked = await fetch(`${edge.url}/api/v1/policy/subscriptions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, language: "en", org: ORG }),
  });
  expect(asked.status).toBe(202);
  await ringCron(cronSocketOf(edge.place));
  await expect.poll(() => sentTo(email).length, { timeout: 20_000 }).toBe(1);
  const confirmation = await PostalMime.parse(sentTo(email)[0]?.raw ?? "");
  const link = /http:\/\/127\.0\.0\.1:\d+\/subscriptions\/\S+/.exec(confirmation.text ?? "")?.[0] ?? "";
  expect(link.startsWith(`${edge.url}/`)).toBe(true);
  expect((await fetch(link, { method: "POST" })).status).toBe(200);

  await announce("rules", "1", "Knock.");
  await expect.poll(() => sentTo(email).length, { timeout: 20_000 }).toBe(2);
  await announce("rules", "2", "Ring the bell.", 40);
  await expect.poll(() => sentTo(email).length, { timeout: 20_000 }).toBe(3);
  const raw = sentTo(email)[2]?.raw ?? Buffer.alloc(0);
  const mail = await PostalMime.parse(raw);
  expect(mail.subject).toMatch(/^House Rules of Second Organisation changes on \d+ \w+ 202\d/);
  expect(mail.text).toContain("[removed: Knock] [added: Ring the bell].");
  expect(mail.html).toContain("<del>Knock</del><ins>Ring the bell</ins>");
  expect(mail.text).toContain(`${edge.url}/p/${ORG}/rules/1..2`);
  // The newest checkpoint of the log, as anybody gets it.
  expect(mail.text).toMatch(
    new RegExp(`^callers360\\.localhost/log/${ORG}\\n\\d+\\n[A-Za-z0-9+/]{43}=\\n\\n— `, "m"),
  );
  // Nothing is fetched, nothing tells who reads: only the way out is the reader's own.
  expect(mail.html).not.toMatch(/<img|<script|url\(|src=/i);
  const links = [...(mail.html ?? "").matchAll(/href="([^"]+)"/g)].map(([, href]) => href ?? "");
  expect(links.filter((href) => href.includes("sub_"))).toEqual([expect.stringContaining("/leave?token=")]);
  expect(links.filter((href) => href.includes("/p/")).every((href) => !/[?#]/.test(href))).toBe(true);
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? "";
  expect(header("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  const out = /^<(http:\/\/[^>]+)>$/.exec(header("list-unsubscribe"))?.[1] ?? "";

  // The member gets the same without a list to leave.
  const [, toMember] = sentTo("admin@second.example").slice(-2);
  const member = await PostalMime.parse(toMember?.raw ?? "");
  expect(member.headers.some(({ key }) => key === "list-unsubscribe")).toBe(false);

  const leave = () =>
    fetch(out, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
  // A scanner that opens every link changes nothing.
  expect((await fetch(out)).status).toBe(200);
  const before = server.taken.length;
  expect(
    (await manage("POST", "/api/v1/policies/rules/2/cancel", { reason: "Bells are loud." })).status,
  ).toBe(200);
  await expect.poll(() => server.taken.length, { timeout: 20_000 }).toBe(before + 2);
  const called = await PostalMime.parse(sentTo(email).at(-1)?.raw ?? "");
  expect(called.subject).toMatch(/called off$/);
  expect(called.text).toContain("Bells are loud.");
  expect((await leave()).status).toBe(200);
  const left = sentTo(email).length;
  const told = sentTo("admin@second.example").length;
  await announce("rules", "3", "Sing.", 50);
  await expect.poll(() => sentTo("admin@second.example").length, { timeout: 20_000 }).toBe(told + 1);
  expect(sentTo(email)).toHaveLength(left);
});

it("an issue of the newsletter reaches its readers once, by the command line, and one click leaves that list alone", async () => {
  const [reader, leaver, service] = ["reader", "leaver", "service"].map((name) => `${name}@news.example`);
  await database.write([
    {
      sql: `INSERT INTO subscription (org, id, list, email, language, state, asked_at, asked, created_at, confirmed_at, confirmed_idx)
            SELECT ?1, 'sub_news_' || key, value->>0, value->>1, value->>2, 'confirmed', 1, 1, 1, 1, 0 FROM json_each(?2)`,
      args: [
        ORG,
        JSON.stringify([
          ["newsletter", reader, "ur"],
          ["newsletter", leaver, "en"],
          ["policy", service, "en"],
          ["policy", reader, "en"],
        ]),
      ],
    },
  ]);
  const folder = mkdtempSync(join(tmpdir(), "callers360-news-"));
  const file = join(folder, "2026-12.md");
  writeFileSync(file, "# December\n\nRead [our policy](/privacy). <script>alert(1)</script>\n");
  const newsletter = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...["cli/main.ts", "newsletter", ...args, file],
      ...["--url", edge.url, "--key", edge.credentials.second.keys.manage],
    ]);
    return stdout;
  };
  expect(await newsletter("send", "--dry-run")).toBe(
    "Dry run: 2026-12 would go to 2 confirmed readers. Nothing was sent.\n",
  );
  const told = sentTo("admin@second.example").length;
  await newsletter("send", "--test", "admin@second.example");
  await expect.poll(() => sentTo("admin@second.example").length, { timeout: 30_000 }).toBe(told + 1);
  const test = await PostalMime.parse(sentTo("admin@second.example").at(-1)?.raw ?? "");
  expect([test.subject, test.text]).toEqual(["December", expect.stringContaining("This is a test.")]);
  expect(sentTo(reader ?? "")).toEqual([]);

  // The server takes nobody yet: whoever leaves meanwhile gets nothing.
  server.behave((stage, to) =>
    stage === "rcpt" && to.endsWith("@news.example") ? { code: 451, words: "4.7.1 Later" } : null,
  );
  expect(await newsletter("send")).toBe("2026-12 is on its way to 2 confirmed readers.\n");
  const states = async () =>
    Object.fromEntries(
      (await rowsOf("newsletter/2026-12")).map(({ address, state, attempts }) => [
        address,
        `${state} ${attempts}`,
      ]),
    );
  await expect
    .poll(states, { timeout: 30_000 })
    .toEqual({ [reader ?? ""]: "queued 1", [leaver ?? ""]: "queued 1" });
  await database.write([
    {
      sql: "UPDATE subscription SET state = 'withdrawn', email = NULL, withdrawn_at = 2, withdrawn_idx = 1 WHERE org = ?1 AND email = ?2",
      args: [ORG, leaver ?? ""],
    },
  ]);
  server.behave(null);
  await timePasses();
  await expect
    .poll(states, { timeout: 30_000 })
    .toEqual({ [reader ?? ""]: "accepted 2", [leaver ?? ""]: "withdrawn 1" });
  expect(await newsletter("send")).toBe("2026-12 was sent before; 0 confirmed readers are new.\n");
  expect(await newsletter("status")).toContain("  accepted: 1\n  withdrawn: 1\n");
  expect(
    [sentTo(reader ?? ""), sentTo(leaver ?? ""), sentTo(service ?? "")].map(({ length }) => length),
  ).toEqual([1, 0, 0]);

  const mail = await PostalMime.parse(sentTo(reader ?? "")[0]?.raw ?? "");
  expect(mail.html).toContain(`<a href="${edge.url}/privacy">our policy</a>`);
  expect(mail.html).not.toContain("<script");
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? "";
  expect(header("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  const out = /^<(http:[^>]+)>$/.exec(header("list-unsubscribe"))?.[1] ?? "";
  const left = await fetch(out, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  expect([left.status, await left.text()]).toEqual([
    200,
    expect.stringContaining('<html lang="ur" dir="rtl">'),
  ]);
  const [lists] = await database.read([
    {
      sql: "SELECT list, state FROM subscription WHERE org = ?1 AND id IN ('sub_news_0', 'sub_news_3') ORDER BY id",
      args: [ORG],
    },
  ]);
  expect((lists?.rows ?? []).map(({ list, state }) => `${list} ${state}`)).toEqual([
    "newsletter withdrawn",
    "policy confirmed",
  ]);
  rmSync(folder, { recursive: true });
  await forgetSubscribers();
}, 180_000);

it("a hard bounce is not written to again until somebody lifts it; what was given up can be retried", async () => {
  const [gone, slow] = await subscribers("list", 2);
  server.behave((stage, to) => {
    if (stage !== "rcpt") return null;
    if (to === gone) return { code: 550, words: "5.1.1 No such user" };
    return to === slow ? { code: 451, words: "4.7.1 Greylisted, come back" } : null;
  });
  await announce("bounces", "1", "One.");
  const states = async (occasion: string) =>
    Object.fromEntries((await rowsOf(occasion)).map(({ address, state }) => [address, state]));
  await expect
    .poll(() => states("policy/bounces/1"), { timeout: 20_000 })
    .toEqual({ "admin@second.example": "accepted", [gone ?? ""]: "bounced", [slow ?? ""]: "queued" });
  for (let attempt = 1; attempt < 12; attempt += 1) {
    await timePasses();
    await expect
      .poll(
        async () => (await rowsOf("policy/bounces/1")).find(({ address }) => address === slow)?.attempts,
        {
          timeout: 20_000,
        },
      )
      .toBe(attempt + 1);
  }
  const dead = await manage("GET", "/api/v1/outbox?state=dead");
  expect(dead.json).toMatchObject({
    mails: [
      {
        address: slow,
        occasion: "policy/bounces/1",
        attempts: 12,
        unsure: 0,
        answer: expect.stringContaining("Greylisted"),
      },
    ],
  });
  const { mails } = dead.json as { mails: { id: string }[] };
  server.behave(null);
  expect((await manage("POST", `/api/v1/outbox/${mails[0]?.id}/retry`)).json).toMatchObject({
    state: "queued",
  });
  await expect.poll(() => sentTo(slow ?? "").length, { timeout: 20_000 }).toBe(1);

  await announce("bounces", "2", "Two.", 40);
  await expect.poll(() => sentTo(slow ?? "").length, { timeout: 20_000 }).toBe(2);
  expect(await states("policy/bounces/2")).toMatchObject({ [gone ?? ""]: "suppressed" });
  expect((await manage("GET", "/api/v1/suppressions")).json).toMatchObject({
    suppressions: [{ address: gone }],
  });
  expect((await manage("DELETE", `/api/v1/suppressions/${gone}`)).status).toBe(204);
  await announce("bounces", "3", "Three.", 50);
  await expect.poll(() => sentTo(gone ?? "").length, { timeout: 20_000 }).toBe(1);
  await forgetSubscribers();
}, 120_000);

it("20 kills in the middle of sending: everybody has one mail, or a duplicate that is known", async () => {
  const addresses = await subscribers("kills", 250);
  server.slow(15);
  await announce("kills", "1", "Much is to be said.");
  const occasion = "policy/kills/1";
  let kills = 0;
  const open = async () => (await rowsOf(occasion)).filter(({ state }) => state !== "accepted").length;
  for (let round = 0; round < 200; round += 1) {
    if (kills < 20) {
      await pause(50 + Math.random() * 150);
      if (kills % 2 === 0) await killSender();
      else await killOne(edge, kills);
      kills += 1;
    } else {
      server.slow(0);
      await pause(200);
      if ((await rowsOf(occasion)).length === addresses.length + 1 && (await open()) === 0) break;
    }
    await untilAcknowledged(() => fetch(`${edge.url}/healthz`));
    await ringCron(cronSocketOf(edge.place)).catch(() => undefined);
  }
  const rows = await rowsOf(occasion);
  expect(rows).toHaveLength(addresses.length + 1);
  expect(rows.filter(({ state }) => state !== "accepted")).toEqual([]);
  const times = new Map<string, number>();
  for (const { to, raw } of server.taken) {
    if (!to.endsWith("@kills.example")) continue;
    times.set(to, (times.get(to) ?? 0) + 1);
    const row = rows.find(({ address }) => address === to);
    expect(raw.toString()).toContain(`Message-ID: <${row?.id}@callers360.localhost>`);
  }
  expect(addresses.filter((address) => !times.has(address))).toEqual([]);
  // Each mail too many is one of which the sender says that it cannot know.
  for (const { address, unsure } of rows) {
    expect(times.get(String(address)) ?? 1, String(address)).toBeLessThanOrEqual(1 + Number(unsure));
  }
  const unsure = rows.reduce((sum, row) => sum + Number(row.unsure), 0);
  const duplicates = [...times.values()].reduce((sum, n) => sum + n - 1, 0);
  // The server's own record says of how many SMTP could not tell: those it had taken before it was asked again.
  process.stdout.write(
    `20 kills: ${addresses.length} recipients, ${duplicates} taken twice, ${unsure} known as unsure\n`,
  );
  expect(duplicates).toBeLessThanOrEqual(unsure);
  // Of the ten times that the sender was killed, one letter a line; a database that is killed leaves none.
  expect(unsure).toBeLessThanOrEqual(10 * 10);
}, 240_000);
