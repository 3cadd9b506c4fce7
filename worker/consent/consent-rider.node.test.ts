import { sha256 } from "@noble/hashes/sha2.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoNotice } from "../../consent-banner/demo-notice.ts";
import type { Database } from "../../db/client.ts";
import { registerOrigins } from "../accounts/seed.ts";
import { utf8 } from "../ledger/bytes.ts";
import { commit, type Waiting } from "../ledger/commit.ts";
import { contextOf, newDatabase, newLog, type TestDatabase } from "../ledger/fixtures/test-log.ts";
import { GroupCommit } from "../ledger/group-commit.ts";
import { collect } from "./analytics/collect.ts";
import type { ChoiceAnswer } from "./consent-rider.ts";
import type { ChoiceRequest } from "./judge-choice.ts";
import { publishNotice } from "./notices/publish-notice.ts";

/** A database of this file's own: what is counted at it is what these tests did. */
let own: TestDatabase;
beforeAll(async () => {
  own = await newDatabase();
});
afterAll(() => own.close());

const ORIGIN = "https://shop.example";

async function newSite() {
  const org = await newLog(own.database);
  const site = org.replace("org", "site");
  await own.database.write(registerOrigins(site, [ORIGIN]));
  const noticeHash = await publishNotice(own.database, {
    org,
    site,
    notice: demoNotice,
    policyVersion: "2025-10-26",
    now: Date.now(),
  });
  return { org, site, noticeHash };
}
type Site = Awaited<ReturnType<typeof newSite>>;

let count = 0;

function accept(site: Site, consentId: string, choice: number): ChoiceRequest {
  count += 1;
  return {
    org: site.org,
    site: site.site,
    origin: ORIGIN,
    consentId,
    secretSha256: sha256(utf8(`secret of ${consentId}`)),
    idempotencyKey: `key-${count}`.padEnd(16, "x"),
    bodySha256: sha256(utf8(`body ${count}`)),
    action: "accept_all",
    categories: { preferences: true, analytics: true, marketing: true },
    choice,
    policyVersion: "2025-10-26",
    noticeHash: site.noticeHash,
    language: "en",
    gpc: false,
    country: null,
    beyondBudget: false,
  };
}

function withdraw(site: Site, consentId: string, choice: number): ChoiceRequest {
  return {
    ...accept(site, consentId, choice),
    action: "withdraw",
    categories: { preferences: false, analytics: false, marketing: false },
  };
}

async function commitTogether(site: Site, ...requests: readonly ChoiceRequest[]): Promise<ChoiceAnswer[]> {
  const group = requests.map((request) => ({ rider: "consent", request }));
  return (await commit(contextOf(site.org, own.database), group)) as ChoiceAnswer[];
}

const events = (site: Site, consentId: string, ...ids: readonly string[]) => ({
  org: site.org,
  site: site.site,
  consentId,
  gpc: false,
  events: ids.map((event_id) => ({ event_id, name: "page_view", at: 0 })),
});

async function keptBy(site: Site): Promise<unknown[]> {
  const [result] = await own.database.read([
    { sql: "SELECT event_id FROM analytics_event WHERE site = ?1 ORDER BY event_id", args: [site.site] },
  ]);
  return (result?.rows ?? []).map((row) => row.event_id);
}

/** The database behind a line that holds each write until `release`. */
function held(database: Database) {
  let release = () => {};
  let arrive = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const line: Database = {
    read: (statements) => database.read(statements),
    write: async (statements) => {
      arrive();
      await gate;
      return database.write(statements);
    },
  };
  return { line, arrived, release };
}

test("a withdrawal committed between request and insert keeps nothing", async () => {
  const site = await newSite();
  await commitTogether(site, accept(site, "withdrawing", 1), accept(site, "staying", 1));
  const { line, arrived, release } = held(own.database);
  const refused = expect(collect(line, events(site, "withdrawing", "e1", "e2"))).rejects.toMatchObject({
    details: { status: 403, type: "https://callers360.com/problems/consent-required" },
  });
  const taken = collect(line, events(site, "staying", "e3"));
  await arrived;
  await commitTogether(site, withdraw(site, "withdrawing", 2));
  release();
  await refused;
  await taken;
  expect(await keptBy(site)).toEqual(["e3"]);
});

test("100 consents at once make at most 12 write transactions", async () => {
  const site = await newSite();
  const context = contextOf(site.org, own.database);
  const group = new GroupCommit<Waiting, unknown>((waiting) => commit(context, waiting), {
    gatherMs: 10,
    groupSize: 500,
    queueSize: 4000,
  });
  const before = own.server.stats().write_transactions;
  await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      group.add({ rider: "consent", request: accept(site, `visitor ${i}`, 1) }),
    ),
  );
  const writes = own.server.stats().write_transactions - before;
  // The empty head, then groups.
  expect(writes).toBeGreaterThanOrEqual(1);
  expect(writes).toBeLessThanOrEqual(12);
});

test("a repeated request, a wrong secret and a reused key write nothing at all", async () => {
  const site = await newSite();
  const first = accept(site, "once", 1);
  const [answer] = await commitTogether(site, first);
  const before = own.server.stats();
  const answers = await commitTogether(
    site,
    first,
    { ...accept(site, "once", 2), secretSha256: sha256(utf8("another")) },
    { ...first, bodySha256: sha256(utf8("another")) },
  );
  expect(answers).toEqual([
    { ...answer, repeated: true },
    { kind: "refused", reason: "wrong-secret" },
    { kind: "refused", reason: "key-reused" },
  ]);
  const after = own.server.stats();
  expect([after.write_transactions, after.rows_written]).toEqual([
    before.write_transactions,
    before.rows_written,
  ]);
});

test("requests of one group see each other: the secret, the key and the state of the one before", async () => {
  const site = await newSite();
  const first = accept(site, "grouped", 1);
  const answers = await commitTogether(
    site,
    first,
    { ...accept(site, "grouped", 9), secretSha256: sha256(utf8("another")) },
    first,
    withdraw(site, "grouped", 2),
    accept(site, "grouped", 2),
  );
  const indices = answers.map((answer) => (answer.kind === "recorded" ? answer.index : answer.reason));
  const base = Number(indices[0]);
  expect(indices).toEqual([base, "wrong-secret", base, base + 1, base + 2]);
  const prevs = answers.map((answer) =>
    answer.kind === "recorded" ? JSON.parse(answer.record).prev : "none",
  );
  expect(prevs).toEqual([null, "none", null, base, base + 1]);
  await expect(collect(own.database, events(site, "grouped", "e1"))).rejects.toMatchObject({
    details: { status: 403 },
  });
});

test("a withdrawal ends earlier keys for good, even where a new grant follows in the same group", async () => {
  const site = await newSite();
  await commitTogether(site, accept(site, "returning", 1));
  await commitTogether(site, accept(site, "returning", 2));
  const before = Date.now();
  await commitTogether(site, withdraw(site, "returning", 3), accept(site, "returning", 4));
  const [grants] = await own.database.read([
    { sql: "SELECT ends_at FROM analytics_grant WHERE site = ?1 ORDER BY ends_at", args: [site.site] },
  ]);
  const ends = (grants?.rows ?? []).map((row) => Number(row.ends_at));
  const soon = Date.now();
  expect(ends).toHaveLength(3);
  expect(ends.slice(0, 2).every((at) => at >= before && at <= soon)).toBe(true);
  expect(ends[2]).toBeGreaterThan(before + 179 * 86_400_000);
});

test("a grant renewed while it lasts carries the earlier keys to its own end", async () => {
  const site = await newSite();
  await commitTogether(site, accept(site, "renewing", 1));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await commitTogether(site, accept(site, "renewing", 2));
  const [grants] = await own.database.read([
    { sql: "SELECT DISTINCT ends_at FROM analytics_grant WHERE site = ?1", args: [site.site] },
  ]);
  expect(grants?.rows).toHaveLength(1);
});

test("a commit of many choices reads rows in proportion to them, not to what is stored", async () => {
  const site = await newSite();
  const cost = async (name: string) => {
    const before = own.server.stats().rows_read;
    await commitTogether(site, ...Array.from({ length: 50 }, (_, i) => accept(site, `${name} ${i}`, 1)));
    return own.server.stats().rows_read - before;
  };
  await cost("warm");
  const small = await cost("early");
  await commitTogether(site, ...Array.from({ length: 2000 }, (_, i) => accept(site, `bulk ${i}`, 1)));
  expect(await cost("late")).toBeLessThan(small * 1.5);
});

test("a choice from an origin that is not registered now is settled as refused, beside others that are recorded", async () => {
  const site = await newSite();
  const other = await newSite();
  const strangers = [
    { ...accept(site, "visitor 1", 1), origin: "https://elsewhere.example" },
    // The site of another log, as an isolate may remember it after a move.
    accept(other, "visitor 2", 1),
    { ...accept(site, "visitor 3", 1), org: other.org },
  ];
  const answers = await commitTogether(site, accept(site, "visitor 4", 1), ...strangers);
  expect(answers.map((answer) => (answer.kind === "refused" ? answer.reason : answer.kind))).toEqual([
    "recorded",
    "origin-not-registered",
    "origin-not-registered",
    "origin-not-registered",
  ]);
});
