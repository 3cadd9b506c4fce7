import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoNotice } from "../consent-banner/demo-notice.ts";
import { keyStatement, newApiKey } from "../worker/accounts/seed.ts";
import { siteRoutes } from "../worker/consent/sites/routes.ts";
import { answerError } from "../worker/http/answer-error.ts";
import type { AppEnv } from "../worker/http/app-env.ts";
import { newDatabase, newLog, type TestDatabase } from "../worker/ledger/fixtures/test-log.ts";
import { type Served, serve } from "./fixtures/serve.ts";
import { lineOf, linesOf } from "./site/lines.ts";

/** The worker's own routes over a real database, served by Node; the log cannot be reached. */
let own: TestDatabase;
let server: Served;
let url = "";
const key = newApiKey();
const folder = mkdtempSync(join(tmpdir(), "callers360-site-"));
const document = { origins: ["https://www.example.com"], policy_version: "2025-10-26", notice: demoNotice };

beforeAll(async () => {
  own = await newDatabase();
  const org = await newLog(own.database);
  await own.database.write([
    {
      sql: "INSERT OR IGNORE INTO organization (id, name, slug, created_at) VALUES (?1, ?1, ?1, 0)",
      args: [org],
    },
    {
      sql: "INSERT INTO site (id, org, log, name, created_at) VALUES ('site_x', ?1, ?1, 'x', 0)",
      args: [org],
    },
    await keyStatement({ org, id: `key_${org}`, name: "manage", scopes: ["manage"], key, now: 0 }),
  ]);
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set("database", own.database);
    c.set("settings", {
      publicHost: "callers360.localhost",
      local: true,
      publicUrl: url,
      operatorOrg: org,
      database: { url: own.server.url },
      orgDatabases: null,
      authSecret: "x".repeat(32),
      ledgerSecret: "",
      rateLimits: false,
      outboundLocal: true,
    });
    await next();
  });
  app.route("/", siteRoutes);
  app.onError(answerError);
  server = await serve((request) => app.fetch(request));
  url = server.url;
});

afterAll(async () => {
  server.close();
  await own.close();
  rmSync(folder, { recursive: true });
});

function c360(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, "main.ts"), "site", ...args],
      { env: { ...process.env, C360_KEY: key } },
      (error, out, err) => done({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content, null, 2));
  return file;
}

test("a sound file has no errors; a faulty one is told line, rule, reason and remedy", async () => {
  const faulty = { ...document, notice: { ...demoNotice, contact: { name: "", email: "x" } } };
  const [sound, found, json] = await Promise.all([
    c360("check", fileOf("sound.json", document)),
    c360("check", fileOf("faulty.json", faulty)),
    c360("check", fileOf("shape.json", { ...document, notices: 1 }), "--json"),
  ]);
  expect(sound).toMatchObject({ code: 0, out: "0 errors, 0 warnings.\n" });
  const text = JSON.stringify(faulty, null, 2).split("\n");
  const line = text.findIndex((one) => one.startsWith('    "contact"')) + 1;
  expect(found.code).toBe(1);
  expect(found.out).toContain(`faulty.json:${line}: error contact-missing: `);
  expect(found.out).toContain("(/notice/contact)\n1 error, 0 warnings.");
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({
    errors: 1,
    findings: [{ rule: "shape", pointer: "/notices" }],
  });
});

test("a file is published, and again as the next version; a stranger's draft stays", async () => {
  const at = ["--site", "site_x", "--url", url];
  const first = await c360("publish", fileOf("site.json", document), ...at);
  expect(first, first.err).toMatchObject({ code: 0 });
  expect(first.out).toContain(
    "site_x version 1 is published under policy 2025-10-26; pages have it within 60 s.",
  );
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const body = JSON.stringify({ ...document, origins: ["https://draft.example"] });
  expect((await fetch(`${url}/api/v1/sites/site_x`, { method: "PUT", headers, body })).status).toBe(201);
  const renamed = { ...document, notice: { ...demoNotice, site_name: "Renamed" } };
  const refused = await c360("publish", fileOf("site.json", renamed), ...at);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.err).toContain("is working on a draft");
  const forced = await c360("publish", fileOf("site.json", renamed), ...at, "--replace-draft");
  expect(forced.out).toContain("site_x version 2");
});

test("refusals and wrong calls have their exit codes", async () => {
  const file = fileOf("refused.json", document);
  writeFileSync(join(folder, "no.json"), "{");
  const at = ["--site", "site_x"];
  const found = await Promise.all([
    c360("publish", file, "--site", "site_none", "--url", url),
    c360("publish", file, ...at, "--url", "http://127.0.0.1:1"),
    c360("publish", file, "--url", url),
    c360("check", join(folder, "none.json")),
    c360("check", join(folder, "no.json")),
  ]);
  expect(found.map(({ code }) => code)).toEqual([1, 3, 2, 2, 2]);
});

test("lines are counted through strings, escapes and nesting", () => {
  const lines = linesOf('{\n "a": [1,\n  {"b/c": "x\\"}\\n"}],\n\n "d": {}\n}');
  expect([...lines]).toEqual([
    ["", 1],
    ["/a", 2],
    ["/a/0", 2],
    ["/a/1", 3],
    ["/a/1/b~1c", 3],
    ["/d", 5],
  ]);
  expect(lineOf(lines, "/a/1/missing/too")).toBe(3);
});
