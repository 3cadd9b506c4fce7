import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyStatement, newApiKey } from "../worker/accounts/seed.ts";
import { accept, choose, consentIdOf, newSite } from "../worker/consent/fixtures/crowd.ts";
import { consentLogRoutes } from "../worker/consent/log/consent-log-routes.ts";
import { setNoticeLeaf } from "../worker/consent/notices/queries.ts";
import { answerError } from "../worker/http/answer-error.ts";
import type { AppEnv } from "../worker/http/app-env.ts";
import { commit } from "../worker/ledger/commit.ts";
import { contextOf, newDatabase, SECRET, type TestDatabase } from "../worker/ledger/fixtures/test-log.ts";
import type { OpenLeafAnswer } from "../worker/ledger/open-leaves.ts";
import { ledgerRoutes } from "../worker/ledger/routes.ts";
import { vkeyOf } from "../worker/ledger/signing-key.ts";
import { publishVersion } from "../worker/policy/publish.ts";
import { policyRoutes } from "../worker/policy/routes.ts";
import { type Served, serve } from "./fixtures/serve.ts";

/** The worker's own routes over a real database, served by Node. */
let own: TestDatabase;
let server: Served;
let url = "";
/** Changes an answer on its way, as a host that lies would. */
let lie = (text: string) => text;
const key = newApiKey();
const folder = mkdtempSync(join(tmpdir(), "callers360-prove-"));
let site: Awaited<ReturnType<typeof newSite>>;
const consentId = consentIdOf();
let index = -1;
const POLICY = "# Privacy Policy\n\n## 1. Tiles & <calls>\n\nWe keep what you order.\n";

beforeAll(async () => {
  own = await newDatabase();
  site = await newSite(own.database);
  await own.database.write([
    await keyStatement({ org: site.org, id: "key_1", name: "read", scopes: ["consent:read"], key, now: 0 }),
  ]);
  const sha256 = Buffer.from(site.noticeHash, "hex");
  const context = contextOf(site.log, own.database);
  const policy = createHash("sha256").update(POLICY).digest();
  const leaves = await commit(context, [
    { rider: "open", request: { kind: "notice", sha256: new Uint8Array(sha256) } },
    { rider: "open", request: { kind: "policy", sha256: new Uint8Array(policy) } },
  ]);
  const [noticeAt, policyAt] = leaves.map((leaf) => (leaf as OpenLeafAnswer).index);
  await publishVersion(own.database, {
    org: site.org,
    policy: "privacy",
    version: "2025-10-26",
    markdown: POLICY,
    effectiveAt: 0,
    noticedAt: 0,
    class: "material",
    reason: "The first version.",
    now: 0,
  });
  await own.database.write([
    setNoticeLeaf(site, noticeAt ?? -1),
    { sql: "UPDATE policy_version SET leaf_index = ?2 WHERE org = ?1", args: [site.org, policyAt ?? -1] },
  ]);
  const [answer] = await choose(own.database, site, { ...accept(site, consentId), country: "IN" });
  if (answer?.kind === "recorded") index = answer.index;

  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set("database", own.database);
    c.set("settings", {
      publicHost: "callers360.localhost",
      local: true,
      publicUrl: url,
      operatorOrg: site.org,
      database: { url: own.server.url },
      authSecret: "x".repeat(32),
      ledgerSecret: SECRET,
      orgDatabases: null,
      outboundLocal: false,
      rateLimits: false,
    });
    await next();
  });
  app.route("/", consentLogRoutes);
  app.route("/", ledgerRoutes);
  app.route("/", policyRoutes);
  app.onError(answerError);
  server = await serve(async (request) => {
    const answered = await app.fetch(request);
    return new Response(lie(await answered.text()), answered);
  });
  url = server.url;
});
afterAll(async () => {
  server.close();
  await own.close();
  rmSync(folder, { recursive: true, force: true });
});

const ROOT = join(import.meta.dirname, "..");

function run(program: string, ...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], { cwd: ROOT }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), said: out + err });
    });
  });
}

const page = join(folder, "page.html");
const prove = (...args: string[]) =>
  run("cli/main.ts", "prove", String(index), "--url", url, "--key", key, "--out", page, ...args);

/** The text of the block under a heading, as a reader would copy it. */
function block(heading: string): string {
  const html = readFileSync(page, "utf8");
  const text = new RegExp(`<h3>${heading}</h3>\\s*<pre>([^<]*)</pre>`).exec(html)?.[1] ?? "";
  return text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

test("makes a page with record, notice and proof that another verifier accepts, copied out of it", async () => {
  const vkey = await vkeyOf(SECRET, `callers360.localhost/log/${site.log}`, 1);
  const { code, said } = await prove("--vkey", vkey);
  expect(said).toContain("holds: The record is in the log.");
  expect(said).toContain("holds: These are the words that were shown.");
  expect(said).toContain("holds: The notice is in the log.");
  expect(said).toContain("holds: The policy of that day.");
  expect(said).toContain("holds: The policy is in the log.");
  expect(code).toBe(0);

  const html = readFileSync(page, "utf8");
  expect(html).toContain(consentId);
  expect(html).toContain("May we count visits and show partners’ videos?");
  expect(html).toContain("## 1. Tiles &amp; &lt;calls&gt;");
  expect(html).toContain("Everything that could be checked holds.");
  expect(html).not.toMatch(/<script|<link|<img|src=|@import|url\(/);

  const receipt = join(folder, "copied.tlog-proof");
  const record = join(folder, "copied.json");
  writeFileSync(receipt, block(`${index}\\.tlog-proof`));
  writeFileSync(record, block("record\\.json"));
  const copied = ["receipt", receipt, "--vkey", vkey, "--record", record, "--salt", block("Salt")];
  expect((await run("verify/main.ts", ...copied)).said).toContain("commits to exactly this record");
});

test("says on the page what does not hold, and exits 1", async () => {
  lie = (text) => text.replace('"marketing":true', '"marketing":false');
  const changed = await prove();
  lie = (text) => text.replace("May we count", "May we sell");
  const reworded = await prove();
  lie = (text) => text.replace("We keep what you order", "We sell what you order");
  const policy = await prove();
  lie = (text) => text;
  expect(policy.said).toContain("DOES NOT HOLD: The policy of that day.");
  expect(changed.code).toBe(1);
  expect(changed.said).toContain("DOES NOT HOLD: The record is in the log.");
  expect(reworded.code).toBe(1);
  expect(reworded.said).toContain("DOES NOT HOLD: These are the words that were shown.");
  expect(readFileSync(page, "utf8")).toContain("Not everything holds");
  const other = await vkeyOf(SECRET, "callers360.localhost/log/org_other", 1);
  expect((await prove("--vkey", other)).code).toBe(1);
});

test("an index that is not there, a key without the right and a silent host are told apart", async () => {
  const missing = await run("cli/main.ts", "prove", "999", "--url", url, "--key", key);
  expect([missing.code, missing.said]).toEqual([2, expect.stringContaining("There is no such consent")]);
  const stranger = await run("cli/main.ts", "prove", "1", "--url", url, "--key", newApiKey());
  expect([stranger.code, stranger.said]).toEqual([2, expect.stringContaining("401")]);
  const silent = await run("cli/main.ts", "prove", "1", "--url", "http://127.0.0.1:9", "--key", key);
  expect(silent.code).toBe(3);
  expect((await run("cli/main.ts", "prove", "01", "--url", url, "--key", key)).code).toBe(2);
});
