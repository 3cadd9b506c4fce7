import { env, SELF } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { demoNotice } from "../../../consent-banner/demo-notice.ts";
import { openDatabase } from "../../../db/client.ts";
import first from "../../../docs/policies/privacy/2025-10-26.md?raw";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { hashPassword } from "../../accounts/password.ts";
import type { Role } from "../../accounts/principal.ts";
import { memberStatements } from "../../accounts/seed.ts";
import { publishNotice } from "../../consent/notices/publish-notice.ts";
import { settingsOf } from "../../env.ts";
import { appendPolicyLeaves } from "../append-policy-leaves.ts";
import { publishVersion } from "../publish.ts";

const HOST = "http://callers360.localhost";
const DAY = 86_400_000;
const mended = first
  .replace("details provided in Section 8", "details provided in Section 9")
  .replace("October 26, 2025", "November 24, 2026");
const database = openDatabase(settingsOf(env).database);

/** Of what the API answers, what these tests read. */
interface Body {
  readonly type: string;
  readonly errors: readonly { pointer?: string; parameter?: string; header?: string; detail: string }[];
  readonly status: string;
  readonly version: string;
  readonly markdown: string;
  readonly receipt: string;
  readonly cancelled_at: string;
  readonly cancel_reason: string;
  readonly court_order: string;
  readonly translations: readonly unknown[];
  readonly versions: readonly { languages: string[] }[];
  readonly policies: readonly { policy: string }[];
  readonly items: readonly unknown[];
  readonly findings: readonly { line: number; rule: string }[];
  readonly warnings: number;
  readonly sections: readonly {
    status: string;
    after: { number: string | null } | null;
    blocks: readonly { kind: string; runs: readonly unknown[] }[];
  }[];
}

interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Body;
}

interface Sending {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

async function send(method: string, path: string, { body, headers = {} }: Sending = {}): Promise<Answer> {
  const response = await SELF.fetch(HOST + path, {
    method,
    redirect: "manual",
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    etag: response.headers.get("etag") ?? "",
    headers: response.headers,
    text,
    json: JSON.parse(isJson ? text : "{}"),
  };
}

/** An organisation whose first version is in force, and how to manage its policies. */
async function newPublisher() {
  const own = await newOrganisation();
  const manage = (method: string, path: string, { body, headers }: Sending = {}) =>
    send(method, `/api/v1/policies${path}`, {
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${own.keys.manage}`, ...headers },
    });
  await publishVersion(database, {
    org: own.org,
    policy: "privacy",
    version: "2025-10-26",
    markdown: first,
    effectiveAt: Date.UTC(2025, 9, 25, 18, 30),
    noticedAt: Date.UTC(2025, 9, 25, 18, 30),
    class: "material",
    reason: "First version",
    now: Date.now(),
  });
  const draft = (version: string, markdown = mended, more: object = {}) =>
    manage("PUT", `/privacy/${version}`, { body: { markdown, ...more } });
  const schedule = (version: string, more: object = {}, headers: Record<string, string> = {}) =>
    manage("POST", `/privacy/${version}/schedule`, {
      body: { effective_at: inDays(31), reason: "Section 9 is right", class: "material", ...more },
      headers,
    });
  return { ...own, manage, draft, schedule };
}

const inDays = (days: number, more = 0) => new Date(Date.now() + days * DAY + more).toISOString();
const slug = (answer: Answer) => String(answer.json.type).split("/").at(-1);

async function auditOf({ org }: TestOrganisation): Promise<string[]> {
  const [rows] = await database.read([
    { sql: "SELECT action, target FROM audit_log WHERE org = ?1 ORDER BY at, rowid", args: [org] },
  ]);
  return (rows?.rows ?? []).map((row) => `${row.action} ${row.target}`);
}

let passwordHash: string;
beforeAll(async () => {
  passwordHash = await hashPassword("correct horse battery staple");
});

async function cookieOf({ org }: TestOrganisation, role: Role): Promise<string> {
  const id = crypto.randomUUID();
  const email = `${id}@asha.example`;
  await database.write(
    memberStatements({
      org,
      userId: `usr_${id}`,
      name: "Asha Naik",
      email,
      passwordHash,
      role,
      now: Date.now(),
    }),
  );
  const answer = await send("POST", "/api/auth/sign-in/email", {
    body: { email, password: "correct horse battery staple" },
  });
  return (answer.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
}

describe("a draft", () => {
  it("is begun, read, replaced and thrown away, each with its line in the audit log", async () => {
    const own = await newPublisher();
    const begun = await own.draft("2026-11-24");
    expect(begun.status).toBe(201);
    expect(begun.json).toMatchObject({
      policy: "privacy",
      version: "2026-11-24",
      status: "draft",
      language: "en",
    });
    expect(begun.etag).toMatch(/^"[^"]+"$/);
    const read = await own.manage("GET", "/privacy/2026-11-24");
    expect(read.json.markdown).toBe(mended);
    expect(read.etag).toBe(begun.etag);
    const replaced = await own.manage("PUT", "/privacy/2026-11-24", {
      body: { markdown: `${mended}\n` },
      headers: { "if-match": begun.etag },
    });
    expect(replaced.status).toBe(200);
    expect(replaced.etag).not.toBe(begun.etag);
    const gone = await own.manage("DELETE", "/privacy/2026-11-24", {
      headers: { "if-match": replaced.etag },
    });
    expect(gone.status).toBe(204);
    expect((await own.manage("GET", "/privacy/2026-11-24")).status).toBe(404);
    expect(await auditOf(own)).toEqual([
      "policy.draft.create privacy/2026-11-24",
      "policy.draft.replace privacy/2026-11-24",
      "policy.draft.delete privacy/2026-11-24",
    ]);
  });

  it("is not lost to whoever saves later without having read it", async () => {
    const own = await newPublisher();
    const { etag } = await own.draft("2026-11-24");
    const blind = await own.draft("2026-11-24", `${mended}\nblind\n`);
    expect(blind.status).toBe(428);
    expect(slug(blind)).toBe("precondition-required");
    const asha = own.manage("PUT", "/privacy/2026-11-24", {
      body: { markdown: `${mended}\nAsha\n` },
      headers: { "if-match": etag },
    });
    const ravi = own.manage("PUT", "/privacy/2026-11-24", {
      body: { markdown: `${mended}\nRavi\n` },
      headers: { "if-match": etag },
    });
    const both = await Promise.all([asha, ravi]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const kept = both[0]?.status === 200 ? "Asha" : "Ravi";
    expect((await own.manage("GET", "/privacy/2026-11-24")).json.markdown).toBe(`${mended}\n${kept}\n`);
    const stale = await own.manage("PUT", "/privacy/2026-11-24", {
      body: { markdown: mended },
      headers: { "if-match": etag },
    });
    expect([stale.status, slug(stale)]).toEqual([412, "precondition-failed"]);
    expect(stale.json.errors).toEqual([{ header: "If-Match", detail: expect.any(String) }]);
  });

  it("is not public, and not another organisation's", async () => {
    const [own, other] = [await newPublisher(), await newPublisher()];
    await own.draft("2026-11-24");
    expect((await send("GET", `/p/${own.org}/privacy/2026-11-24`)).status).toBe(404);
    expect((await other.manage("GET", "/privacy/2026-11-24")).status).toBe(404);
    expect((await other.manage("POST", "/privacy/2026-11-24/cancel")).status).toBe(404);
    expect((await other.manage("GET", "/privacy/2026-11-24/lint")).status).toBe(404);
  });

  it.each([
    ["/privacy/a..b", { markdown: "# T" }, 422],
    ["/privacy/history", { markdown: "# T" }, 422],
    ["/Privacy/1", { markdown: "# T" }, 404],
    ["/privacy/1", { markdown: "" }, 422],
    ["/privacy/1", {}, 422],
    ["/privacy/1", { markdown: "# T", more: 1 }, 422],
    ["/privacy/1", { markdown: "# T", language: "xx yy" }, 422],
    ["/privacy/1", { markdown: "# T\u0000" }, 422],
    ["/privacy/1", { markdown: "# T", translations: { en: "# T" } }, 422],
    ["/privacy/1", { markdown: "# T", translations: { "no tag": "# T" } }, 422],
    ["/privacy/1", { markdown: `# T\n${"x".repeat(512 * 1024)}` }, 422],
    ["/privacy/1", { markdown: "x".repeat(9 * 1024 * 1024) }, 413],
  ])("%s is refused where it is wrong", async (path, body, status) => {
    const own = await newPublisher();
    expect((await own.manage("PUT", path, { body })).status).toBe(status);
  });
});

describe("scheduling", () => {
  it("makes the text public at once, unchangeable, and hashed in the log", async () => {
    const own = await newPublisher();
    const { etag } = await own.draft("2026-11-24");
    const effectiveAt = inDays(31);
    const scheduled = await own.schedule("2026-11-24", { effective_at: effectiveAt }, { "if-match": etag });
    expect(scheduled.status).toBe(200);
    expect(scheduled.json).toMatchObject({
      status: "scheduled",
      effective_at: effectiveAt,
      class: "material",
      changes: { purposes: false, recipients: false },
      cancel_until: new Date(Date.parse(effectiveAt) - 60_000).toISOString(),
      url: `https://callers360.localhost/p/${own.org}/privacy/2026-11-24`,
    });
    const page = await send("GET", `/p/${own.org}/privacy`);
    expect(page.text).toContain("A new version takes effect on");
    expect(page.text).toContain(`href="/p/${own.org}/privacy/2025-10-26..2026-11-24"`);
    expect((await send("GET", `/p/${own.org}/privacy/2026-11-24.md`)).text).toBe(mended);
    // Again is the same; anything else under this number is a conflict.
    expect((await own.schedule("2026-11-24", { effective_at: effectiveAt })).status).toBe(200);
    for (const other of [{ effective_at: inDays(40) }, { effective_at: effectiveAt, reason: "Other" }]) {
      expect((await own.schedule("2026-11-24", other)).status).toBe(409);
    }
    expect((await own.draft("2026-11-24")).status).toBe(200);
    expect((await own.draft("2026-11-24", `${mended}\n`)).status).toBe(409);
    await appendPolicyLeaves(env);
    const read = await own.manage("GET", "/privacy/2026-11-24/status");
    expect(read.json).toMatchObject({ status: "scheduled", log_index: expect.any(Number) });
    expect((await send("GET", read.json.receipt)).status).toBe(200);
    expect(await auditOf(own)).toEqual([
      "policy.draft.create privacy/2026-11-24",
      "policy.schedule privacy/2026-11-24",
    ]);
  });

  it.each([
    ["material", 30],
    ["clarification", 7],
    ["typo", 1],
  ])("a %s change needs %i days", async (versionClass, days) => {
    const own = await newPublisher();
    await own.draft("2026-11-24");
    const early = await own.schedule("2026-11-24", {
      class: versionClass,
      effective_at: inDays(days, -5000),
    });
    expect(early.status).toBe(422);
    expect(early.json.errors[0]?.pointer).toBe("/effective_at");
    expect((await own.manage("GET", "/privacy/2026-11-24")).json.status).toBe("draft");
    const late = await own.schedule("2026-11-24", { class: versionClass, effective_at: inDays(days, 5000) });
    expect(late.status).toBe(200);
  });

  it("is refused in the past, and for what is missing or unknown", async () => {
    const own = await newPublisher();
    await own.draft("2026-11-24");
    for (const [more, pointer] of [
      [{ effective_at: inDays(-1) }, "/effective_at"],
      [{ effective_at: "tomorrow" }, "/effective_at"],
      [{ reason: "  " }, "/reason"],
      [{ class: "major" }, "/class"],
      [{ surprise: 1 }, "/surprise"],
      [{ class: "typo", changes: { purposes: true } }, "/class"],
    ] as const) {
      const answer = await own.schedule("2026-11-24", more);
      expect(answer.status).toBe(422);
      expect(answer.json.errors[0]?.pointer).toBe(pointer);
    }
    expect((await own.schedule("2026-11-25")).status).toBe(404);
    expect((await own.schedule("2026-11-24", {}, { "if-match": '"stale"' })).status).toBe(412);
  });

  it("is shorter only where an owner names the law or court, and never nothing", async () => {
    const own = await newPublisher();
    await own.draft("2026-11-24");
    const ordered = {
      effective_at: inDays(0, 90_000),
      court_order: "Writ petition 12/2026, High Court at Goa",
    };
    expect(slug(await own.schedule("2026-11-24", ordered))).toBe("owner-required");
    const as = async (role: Role, more: object) =>
      send("POST", "/api/v1/policies/privacy/2026-11-24/schedule", {
        body: { reason: "Ordered", class: "material", ...ordered, ...more },
        headers: { cookie: await cookieOf(own, role), origin: HOST },
      });
    expect((await as("member", {})).status).toBe(403);
    expect(slug(await as("admin", {}))).toBe("owner-required");
    const none = await as("owner", { effective_at: inDays(0, 30_000) });
    expect([none.status, none.json.errors[0]?.pointer]).toEqual([422, "/effective_at"]);
    const done = await as("owner", {});
    expect(done.status).toBe(200);
    expect(done.json.court_order).toBe("Writ petition 12/2026, High Court at Goa");
    expect((await send("GET", `/p/${own.org}/privacy/history`)).text).toContain(
      "as a law or a court ordered",
    );
  });

  it("refuses what the linter calls an error, with its line", async () => {
    const own = await newPublisher();
    const broken = mended.replace("provided in Section 9", "provided in Section 8");
    await own.draft("2026-11-24", broken);
    const refused = await own.schedule("2026-11-24");
    expect([refused.status, slug(refused)]).toEqual([422, "policy-errors"]);
    expect(refused.json.errors).toEqual([
      { pointer: "/markdown", detail: expect.stringMatching(/^line 70, cross-reference: .*section 9/) },
    ]);
  });

  it("gives one instant to one version", async () => {
    const own = await newPublisher();
    const effective_at = inDays(31);
    await Promise.all([own.draft("a"), own.draft("b")]);
    const both = await Promise.all([
      own.schedule("a", { effective_at }),
      own.schedule("b", { effective_at }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const loser = both[0]?.status === 409 ? "a" : "b";
    expect(both.filter(({ status }) => status === 409).map(slug)).toEqual(["policy-instant-taken"]);
    expect((await own.manage("GET", `/privacy/${loser}`)).json.status).toBe("draft");
    expect((await own.manage("POST", `/privacy/${loser === "a" ? "b" : "a"}/cancel`)).status).toBe(200);
    expect((await own.schedule(loser, { effective_at })).status).toBe(200);
  });
});

describe("cancelling", () => {
  it("calls a version off and leaves its trace", async () => {
    const own = await newPublisher();
    await own.draft("2026-11-24");
    await own.schedule("2026-11-24");
    const cancelled = await own.manage("POST", "/privacy/2026-11-24/cancel", { body: { reason: "Not yet" } });
    expect(cancelled.json).toMatchObject({
      status: "cancelled",
      cancel_reason: "Not yet",
      cancel_until: null,
    });
    expect((await own.manage("POST", "/privacy/2026-11-24/cancel")).json.cancel_reason).toBe("Not yet");
    const base = `/p/${own.org}/privacy`;
    expect((await send("GET", base)).text).not.toContain("A new version takes effect");
    expect((await send("GET", `${base}/2026-11-24`)).text).toContain("This version was cancelled on");
    expect((await send("GET", `${base}/2026-11-24.txt`)).text).toMatch(/^\[Cancelled on .*Never took effect/);
    expect((await send("GET", `${base}/2026-11-24.json`)).json.cancelled_at).toBe(
      cancelled.json.cancelled_at,
    );
    expect((await send("GET", `${base}/history.json`)).json.versions).toMatchObject([
      { version: "2026-11-24", status: "cancelled", cancel_reason: "Not yet" },
      { version: "2025-10-26", status: "in_force" },
    ]);
    const feed = await send("GET", `${base}/feed.json`);
    expect(feed.json.items[0]).toMatchObject({
      title: "Privacy Policy 2026-11-24 (cancelled)",
      date_modified: cancelled.json.cancelled_at,
    });
    expect((await own.schedule("2026-11-24")).status).toBe(409);
    expect((await auditOf(own)).filter((line) => line.startsWith("policy.cancel"))).toHaveLength(1);
  });

  it("comes too late in the last minute, and for what is in force; even the database refuses it", async () => {
    const own = await newPublisher();
    const now = Date.now();
    await publishVersion(database, {
      org: own.org,
      policy: "privacy",
      version: "soon",
      markdown: mended,
      effectiveAt: now + 59_000,
      noticedAt: now,
      class: "typo",
      reason: "Soon",
      now,
    });
    for (const version of ["soon", "2025-10-26"]) {
      const late = await own.manage("POST", `/privacy/${version}/cancel`);
      expect([late.status, slug(late)]).toEqual([409, "policy-too-late"]);
    }
    const sql = "UPDATE policy_version SET cancelled_at = ?2 WHERE org = ?1 AND version = 'soon'";
    await expect(database.write([{ sql, args: [own.org, now] }])).rejects.toThrow(/after its notice/);
  });
});

describe("past versions", () => {
  it("are imported with their dates, the newest first, and read as of a date", async () => {
    const own = await newPublisher();
    const take = (version: string, effective_at: string, more: object = {}) =>
      own.manage("POST", `/privacy/${version}/import`, {
        body: { effective_at, reason: "From the old site", class: "material", ...more },
      });
    await own.draft("2024-03-01", "# Privacy Policy\n\nOf 2024.\n");
    expect((await take("2024-03-01", inDays(1))).status).toBe(422);
    expect((await take("2024-03-01", "2026-01-01T00:00:00Z")).json.errors[0]?.detail).toContain(
      "newest first",
    );
    expect(
      (await take("2024-03-01", "2024-03-01T00:00:00+05:30", { noticed_at: "2024-03-02T00:00:00Z" })).status,
    ).toBe(422);
    const imported = await take("2024-03-01", "2024-03-01T00:00:00+05:30", {
      noticed_at: "2024-02-20T10:00:00Z",
    });
    expect(imported.json).toMatchObject({ status: "superseded", imported_at: expect.any(String) });

    const asOf = (date: string, suffix = "") => send("GET", `/p/${own.org}/privacy${suffix}?as_of=${date}`);
    // Midnight in India begins the day: 29 February is before, 1 March is not.
    expect((await asOf("2024-02-29", ".md")).status).toBe(404);
    expect((await asOf("2024-03-01", ".md")).text).toBe("# Privacy Policy\n\nOf 2024.\n");
    expect((await asOf("2025-10-25", ".json")).json.version).toBe("2024-03-01");
    expect((await asOf("2025-10-26", ".json")).json.version).toBe("2025-10-26");
    expect((await asOf("2025-10-25")).text).toContain("This version was in force on");
    expect((await asOf("2025-10-26")).text).toContain("and still is");
    await own.draft("2026-11-24");
    await own.schedule("2026-11-24");
    expect((await asOf(inDays(60).slice(0, 10), ".json")).json.version).toBe("2026-11-24");
    expect((await asOf(inDays(60).slice(0, 10))).text).toContain("As announced today");
    for (const bad of ["2026-02-30", "yesterday", "2026-1-1", ""]) {
      const answer = await asOf(bad);
      expect([answer.status, answer.json.errors[0]?.parameter]).toEqual([422, "as_of"]);
    }
  });
});

it("keeps several policies and languages apart, one of them authoritative", async () => {
  const own = await newPublisher();
  const text = "# Cookies\n\nLast Updated: November 24, 2026\n\nWrite to privacy@callers360.com.\n";
  const hindi = "# कुकीज़\n\nहमें लिखें: privacy@callers360.com\n";
  await own.manage("PUT", "/cookies/1", { body: { markdown: text, translations: { hi: hindi } } });
  const scheduled = await own.manage("POST", "/cookies/1/import", {
    body: { effective_at: inDays(-1), reason: "As it was", class: "material" },
  });
  expect(scheduled.json.translations).toMatchObject([{ language: "hi", title: "कुकीज़" }]);
  const base = `/p/${own.org}/cookies`;
  const english = await send("GET", base);
  expect(english.headers.get("content-language")).toBe("en");
  expect(english.text).toContain(`href="${base}?lang=hi" lang="hi"`);
  const translated = await send("GET", `${base}?lang=hi`);
  expect(translated.headers.get("content-language")).toBe("hi");
  expect(translated.text).toContain("The authoritative text is the one in");
  expect((await send("GET", `${base}/1.md?lang=hi`)).text).toBe(hindi);
  expect((await send("GET", `${base}/1.md?lang=en`)).text).toBe(text);
  expect((await send("GET", `${base}?lang=ta`)).status).toBe(404);
  expect((await send("GET", `${base}/history.json`)).json.versions[0]?.languages).toEqual(["en", "hi"]);
  // Both texts are in the log.
  await appendPolicyLeaves(env);
  const [leaves] = await database.read([
    { sql: "SELECT count(*) AS n FROM leaf WHERE log = ?1 AND kind = 'policy'", args: [own.log] },
  ]);
  expect(leaves?.rows[0]?.n).toBe(3);
  for (const sql of [
    "UPDATE policy_translation SET markdown = 'x' WHERE org = ?1",
    "DELETE FROM policy_translation WHERE org = ?1",
    "INSERT OR REPLACE INTO policy_translation SELECT * FROM policy_translation WHERE org = ?1",
  ]) {
    await expect(database.write([{ sql, args: [own.org] }])).rejects.toThrow(/after its notice/);
  }
  const list = await own.manage("GET", "");
  expect(list.json.policies.map(({ policy }) => policy)).toEqual(["cookies", "privacy"]);
  expect((await own.manage("GET", "/cookies")).json.versions).toMatchObject([
    { version: "1", status: "in_force" },
  ]);
  expect((await own.manage("GET", "/terms")).status).toBe(404);
});

it("says what changes, word by word", async () => {
  const own = await newPublisher();
  await own.draft("2026-11-24");
  const { json } = await own.manage("GET", "/privacy/2026-11-24/diff");
  expect(json).toMatchObject({ from: "2025-10-26", to: "2026-11-24", title: null });
  const changed = json.sections.filter(({ status }) => status === "changed");
  expect(changed.map(({ after }) => after?.number ?? null)).toEqual([null, "5"]);
  const [block] = (changed[1]?.blocks ?? []).filter(({ kind }) => kind === "changed");
  expect(block?.runs).toContainEqual({ kind: "removed", text: "8" });
  expect(block?.runs).toContainEqual({ kind: "added", text: "9" });
  expect((await own.manage("GET", "/privacy/2026-11-24/diff?against=2020-01-01")).status).toBe(404);
});

it("lints what is saved, what is not, and against what the sites' banners say", async () => {
  const own = await newPublisher();
  await publishNotice(database, {
    org: own.org,
    site: own.site,
    notice: demoNotice,
    policyVersion: "2025-10-26",
    now: Date.now(),
  });
  const { json } = await own.manage("GET", "/privacy/2025-10-26/lint");
  const found = json.findings.map(({ line, rule }) => `${line} ${rule}`);
  expect(found).toEqual([
    "7 assumed-consent",
    "26 cookies",
    "26 cookies",
    "26 cookies",
    "26 cookies",
    "70 cross-reference",
    "82 assumed-consent",
  ]);
  expect([json.errors, json.warnings]).toEqual([1, 6]);
  const profiled = await own.manage("GET", "/privacy/2025-10-26/lint?profile=dpdp,gdpr");
  expect(JSON.stringify(profiled.json)).toContain("dpdp/nomination");
  expect((await own.manage("GET", "/privacy/2025-10-26/lint?profile=hipaa")).status).toBe(422);
  const unsaved = await own.manage("POST", "/privacy/next/lint", {
    body: { markdown: "# T\n\n## 1. A\n\nSee Section 4.\n" },
  });
  expect(unsaved.json.findings).toContainEqual(expect.objectContaining({ line: 5, rule: "cross-reference" }));
  expect((await own.manage("POST", "/privacy/next/lint")).status).toBe(404);
});
