import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyStatement, newApiKey } from "../worker/accounts/seed.ts";
import { answerError } from "../worker/http/answer-error.ts";
import type { AppEnv } from "../worker/http/app-env.ts";
import { newDatabase, newLog, type TestDatabase } from "../worker/ledger/fixtures/test-log.ts";
import { publishVersion } from "../worker/policy/publish.ts";
import { policyRoutes } from "../worker/policy/routes.ts";
import { type Served, serve } from "./fixtures/serve.ts";

/** The worker's own routes over a real database, served by Node. */
let own: TestDatabase;
let server: Served;
let url = "";
const key = newApiKey();
const root = mkdtempSync(join(tmpdir(), "callers360-policy-"));
const folder = join(root, "privacy");
const first = readFileSync(join(import.meta.dirname, "../docs/policies/privacy/2025-10-26.md"), "utf8");
const mended = first
  .replace("in Section 8.", "in Section 9.")
  .replace("October 26, 2025", "November 24, 2026");
const DAY = 86_400_000;
/** Stands in for the platform's context: no postman runs here, so what is to be told stays in the outbox. */
const PLATFORM = {
  waitUntil: (work: Promise<unknown>) => void Promise.allSettled([work]),
  passThroughOnException: () => undefined,
  props: {},
};

beforeAll(async () => {
  own = await newDatabase();
  const org = await newLog(own.database);
  await own.database.write([
    {
      sql: "INSERT OR IGNORE INTO organization (id, name, slug, created_at) VALUES (?1, ?1, ?1, 0)",
      args: [org],
    },
    await keyStatement({ org, id: `key_${org}`, name: "manage", scopes: ["manage"], key, now: 0 }),
  ]);
  await publishVersion(own.database, {
    org,
    policy: "privacy",
    version: "2025-10-26",
    markdown: first,
    effectiveAt: 0,
    noticedAt: 0,
    class: "material",
    reason: "First version",
    now: 0,
  });
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set("database", own.database);
    c.set("settings", {
      publicHost: "callers360.localhost",
      local: true,
      publicUrl: url,
      operatorOrg: org,
      database: { url: own.server.url },
      authSecret: "x".repeat(32),
      ledgerSecret: "",
      orgDatabases: null,
      outboundLocal: false,
      rateLimits: false,
    });
    await next();
  });
  app.route("/", policyRoutes);
  app.onError(answerError);
  server = await serve((request) => app.fetch(request, {}, PLATFORM));
  url = server.url;
  mkdirSync(folder);
});
afterAll(async () => {
  server.close();
  await own.close();
  rmSync(root, { recursive: true });
});

function write(name: string, text: string, where = folder): string {
  mkdirSync(where, { recursive: true });
  writeFileSync(join(where, name), text);
  return join(where, name);
}

/** Runs the command as a person would. */
function c360(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const main = join(import.meta.dirname, "main.ts");
  return new Promise((done) => {
    const { C360_KEY: _, ...env } = process.env;
    execFile(
      process.execPath,
      [main, "policy", ...args],
      { env: { ...env, C360_KEY: key } },
      (error, out, err) => done({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

test("the first version is told where its section is wrong, the mended one is clean", async () => {
  const wrong = await c360("lint", write("2025-10-26.md", first));
  expect(wrong.code).toBe(1);
  expect(wrong.out).toMatch(/2025-10-26\.md:70: error cross-reference: .*section 9.*Write “Section 9”/);
  expect(wrong.out).toContain("1 error, 2 other findings.");
  const clean = await c360("lint", write("2026-11-24.md", mended));
  expect([clean.code, clean.out.match(/error cross-reference/)]).toEqual([0, null]);
  const profiled = await c360("lint", join(folder, "2026-11-24.md"), "--profile", "dpdp");
  expect(profiled.out).toContain("warning dpdp/nomination:");
});

test("links are opened, each once, and the dead ones named with their line", async () => {
  let opened = 0;
  const site = createServer((request, response) => {
    opened += 1;
    response.writeHead(request.url === "/gone" ? 410 : request.url === "/broken" ? 500 : 200).end("x");
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const address = site.address();
  const base = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
  const text = `${mended}\n[a](/here) [b](/gone)\n[c](/broken) [a](/here#part) [d](#contact-us)\n`;
  const { code, out } = await c360("lint", write("links.md", text), "--links", "--url", base);
  site.close();
  expect(code).toBe(1);
  // The file has 89 lines; an empty one follows.
  expect(out).toMatch(/links\.md:91: error dead-link: \/gone answers 410\./);
  expect(out).toMatch(/links\.md:92: warning dead-link: \/broken answers 500\./);
  expect(out.match(/dead-link/g)).toHaveLength(2);
  expect(opened).toBe(3);
});

test("two people save one draft: the second is told, and nothing is lost", async () => {
  const asha = write("2026-11-24.md", mended, join(root, "asha", "privacy"));
  const ravi = write("2026-11-24.md", `${mended}\nRavi\n`, join(root, "ravi", "privacy"));
  const begun = await c360("draft", asha, "--url", url);
  expect([begun.code, begun.out]).toEqual([0, `Draft privacy 2026-11-24 begun at ${url}.\n`]);
  const blind = await c360("draft", ravi, "--url", url);
  expect(blind.code).toBe(1);
  expect(blind.err).toContain("(428)");
  writeFileSync(asha, `${mended}\nAsha\n`);
  expect((await c360("draft", asha, "--url", url)).out).toContain("replaced");
  expect((await c360("status", asha, "--url", url)).out).toMatch(/^privacy 2026-11-24: draft\n/);
});

test("a draft is compared, scheduled as the file says, and cancelled with a trace", async () => {
  const file = write("2026-11-25.md", mended);
  await c360("draft", file, "--url", url);
  const compared = await c360("diff", file, "--url", url);
  expect(compared.out).toContain("Compared with 2025-10-26, which is in force.");
  expect(compared.out).toContain("provided in Section [-8-]{+9+}.");
  const args = ["--url", url, "--class", "material", "--reason", "Section 9", "--changes", "recipients"];
  const soon = await c360(
    "schedule",
    file,
    ...args,
    "--effective-at",
    new Date(Date.now() + DAY).toISOString(),
  );
  expect([soon.code, soon.err]).toEqual([1, expect.stringContaining("at least 30 days")]);
  const at = new Date(Date.now() + 31 * DAY).toISOString();
  writeFileSync(file, `${mended}\nnot saved\n`);
  const other = await c360("schedule", file, ...args, "--effective-at", at);
  expect([other.code, other.err]).toEqual([1, expect.stringContaining("save it first")]);
  writeFileSync(file, mended);
  const done = await c360("schedule", file, ...args, "--effective-at", at);
  expect(done.out).toMatch(/^privacy 2026-11-25: scheduled\n {2}Takes effect: /);
  const cancelled = await c360("cancel", file, "--url", url, "--reason", "Later");
  expect(cancelled.out).toMatch(/^privacy 2026-11-25: cancelled\n/);
  const page = await fetch(`${url}/privacy/history.json`).then((response) => response.json());
  expect(page).toMatchObject({ versions: [{ status: "cancelled", cancel_reason: "Later" }, {}] });
});

test.each([
  [[]],
  [["publish", "x.md"]],
  [["lint"]],
  [["lint", "x.md", "--profile", "hipaa"]],
  [["lint", "a..b.md"]],
  [["status", "x.md", "--url", "ftp://x"]],
  [["schedule", "privacy/1.md", "--url", "http://127.0.0.1:1"]],
  [["status", "privacy/1.md", "--data-dir", "/nowhere"]],
])("called wrongly: %j", async (args) => {
  const { code, err } = await c360(...args);
  expect([code, err]).toEqual([2, expect.stringContaining("Usage:")]);
});

test("a deployment that does not answer is exit 3", async () => {
  expect((await c360("status", join(folder, "1.md"), "--url", "http://127.0.0.1:1")).code).toBe(3);
});
