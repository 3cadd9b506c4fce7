import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import {
  ALL,
  ANALYTICS,
  choiceOf,
  choose,
  commitsOf,
  database,
  HOST,
  NONE,
  newSite,
  newVisitor,
  POLICY_VERSION,
  type PublishingSite,
  postChoice,
  problemOf,
  publish,
  type Recorded,
  token,
} from "./fixtures/visitor.ts";

const base64 = (bytes: ArrayBuffer | Uint8Array) => Buffer.from(new Uint8Array(bytes)).toString("base64");
const DAY_MS = 86_400_000;

test("a choice is answered with a record whose commitment is the leaf that the receipt carries", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const before = Date.now();
  const response = await postChoice(site, choiceOf(site, visitor, "custom", ANALYTICS, 1));
  expect(response.status).toBe(201);
  expect(response.headers.get("idempotent-replayed")).toBeNull();
  const { consent_id, index, record, salt, receipt } = await response.json<Recorded>();
  expect(consent_id).toBe(visitor.consent_id);
  expect(receipt).toBe(`/log/${site.log}/receipt/${index}.tlog-proof`);
  const at = String(record.at);
  expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Date.parse(at)).toBeGreaterThanOrEqual(before);

  // RFC 8785 by hand: these keys in this order, no spaces.
  const canonical =
    `{"action":"custom","at":"${at}",` +
    '"categories":{"analytics":true,"marketing":false,"preferences":false},' +
    `"choice":1,"consent_id":"${visitor.consent_id}","country":null,"gpc":false,"language":"en",` +
    `"notice_hash":"${site.noticeHash}","policy_version":"${POLICY_VERSION}","prev":null,` +
    `"site":"${site.site}","v":1}`;
  expect(record).toEqual(JSON.parse(canonical));
  const saltBytes = Buffer.from(salt, "base64");
  expect(saltBytes.byteLength).toBe(32);
  const commitment = base64(
    await crypto.subtle.digest("SHA-256", Buffer.concat([saltBytes, Buffer.from(canonical)])),
  );

  const proof = await (await SELF.fetch(HOST + receipt)).text();
  const leaf = `{"commitment":"${commitment}","kind":"consent","v":1}`;
  expect(proof.split("\n")[1]).toBe(`extra ${base64(Buffer.from(leaf))}`);
  expect(proof.split("\n")[2]).toBe(`index ${index}`);
});

test("accept, reject, custom, withdraw and gpc are records that chain by prev", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const accepted = await choose(site, visitor, "accept_all", ALL, 1);
  const customised = await choose(site, visitor, "custom", ANALYTICS, 2);
  const withdrawn = await choose(site, visitor, "withdraw", NONE, 3);
  const rejected = await choose(site, visitor, "reject_all", NONE, 4);
  const signalled = await choose(site, visitor, "gpc", { ...NONE, preferences: true }, 5);
  const all = [accepted, customised, withdrawn, rejected, signalled];
  expect(all.map(({ record }) => record.prev)).toEqual([null, ...all.slice(0, 4).map(({ index }) => index)]);
  expect(all.map(({ record }) => record.gpc)).toEqual([false, false, false, false, true]);
});

test("Sec-GPC: 1 is in the record, whatever was chosen", async () => {
  const site = await newSite();
  const { record } = await choose(site, newVisitor(), "accept_all", ALL, 1, { "sec-gpc": "1" });
  expect(record.gpc).toBe(true);
});

test("the country is what the edge says, and null where it says nothing of use", async () => {
  const site = await newSite();
  const from = async (country: string) => {
    const response = await SELF.fetch(`${HOST}/api/v1/consent/${site.site}`, {
      method: "POST",
      headers: { origin: site.origin, "content-type": "application/json", "idempotency-key": token(24) },
      body: JSON.stringify(choiceOf(site, newVisitor(), "accept_all", ALL, 1)),
      cf: { country },
    });
    return (await response.json<Recorded>()).record.country;
  };
  expect([await from("IN"), await from("XX"), await from("T1")]).toEqual(["IN", null, null]);
});

test("the key may come in the query of a simple request", async () => {
  const site = await newSite();
  const body = JSON.stringify(choiceOf(site, newVisitor(), "accept_all", ALL, 1));
  const post = (query: string) =>
    SELF.fetch(`${HOST}/api/v1/consent/${site.site}${query}`, {
      method: "POST",
      headers: { origin: site.origin },
      body,
    });
  const key = token(24);
  const first = await post(`?key=${key}`);
  expect(first.status).toBe(201);
  expect(await (await post(`?key=${key}`)).text()).toBe(await first.text());
  expect(await problemOf(await post(""))).toEqual([422, "invalid", ["Idempotency-Key"]]);
  expect(await problemOf(await post("?key=short"))).toEqual([422, "invalid", ["key"]]);
  expect(await problemOf(await post(`?key=${key}&more=1`))).toEqual([422, "invalid", ["more"]]);
});

test("the same key and body give the identical answer and write nothing; another body is 409", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const body = choiceOf(site, visitor, "accept_all", ALL, 1);
  const headers = { "idempotency-key": token(128) };
  const first = await postChoice(site, body, headers);
  const before = await commitsOf(site);
  const again = await postChoice(site, body, headers);
  expect(again.status).toBe(201);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await again.text()).toBe(await first.text());
  const other = await postChoice(site, { ...body, choice: 2 }, headers);
  expect(await problemOf(other)).toEqual([409, "idempotency-key-reused", ["Idempotency-Key"]]);
  expect(await commitsOf(site)).toBe(before);
  // Another visitor's same key is another key.
  expect((await postChoice(site, choiceOf(site, newVisitor(), "accept_all", ALL, 1), headers)).status).toBe(
    201,
  );
});

test("the same request twice at once is one record", async () => {
  const site = await newSite();
  const body = choiceOf(site, newVisitor(), "accept_all", ALL, 1);
  const headers = { "idempotency-key": token(16) };
  const answers = await Promise.all([1, 2, 3].map(() => postChoice(site, body, headers)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(answers.filter(({ headers: h }) => h.get("idempotent-replayed") === "true")).toHaveLength(2);
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
});

test("another secret for a known consent id is 403 and records nothing", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const headers = { "idempotency-key": token(24) };
  await postChoice(site, choiceOf(site, visitor, "accept_all", ALL, 1), headers);
  const before = await commitsOf(site);
  const forged = choiceOf(site, { ...visitor, secret: token(43) }, "accept_all", ALL, 1);
  expect(await problemOf(await postChoice(site, forged))).toEqual([403, "wrong-secret", ["/secret"]]);
  // Not even with the key that would replay the owner's answer.
  expect(await problemOf(await postChoice(site, forged, headers))).toEqual([
    403,
    "wrong-secret",
    ["/secret"],
  ]);
  expect(await commitsOf(site)).toBe(before);
});

test.each([
  ["accept_all", { ...ALL, marketing: false }, ["/categories/marketing"]],
  ["reject_all", ANALYTICS, ["/categories/analytics"]],
  ["withdraw", { ...NONE, preferences: true }, ["/categories/preferences"]],
  ["gpc", { ...ALL, preferences: false }, ["/categories/analytics", "/categories/marketing"]],
] as const)("%s with other categories is 422", async (action, categories, pointers) => {
  const site = await newSite();
  const response = await postChoice(site, choiceOf(site, newVisitor(), action, categories, 1));
  expect(await problemOf(response)).toEqual([422, "invalid", pointers]);
});

function postBytes(site: PublishingSite, body: Uint8Array, encoding?: string): Promise<Response> {
  return SELF.fetch(`${HOST}/api/v1/consent/${site.site}`, {
    method: "POST",
    headers: {
      origin: site.origin,
      "content-type": "application/json",
      "idempotency-key": token(24),
      ...(encoding === undefined ? {} : { "content-encoding": encoding }),
    },
    body,
  });
}

async function gzip(text: string): Promise<Uint8Array> {
  const packed = new Response(text).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

test("each bad field is named", async () => {
  const site = await newSite();
  const good = choiceOf(site, newVisitor(), "accept_all", ALL, 1);
  const fault = async (change: Record<string, unknown>) =>
    problemOf(await postChoice(site, { ...good, ...change }));
  expect(await fault({ consent_id: "cns_short" })).toEqual([422, "invalid", ["/consent_id"]]);
  expect(await fault({ secret: `${token(42)}=` })).toEqual([422, "invalid", ["/secret"]]);
  expect(await fault({ action: "agree" })).toEqual([422, "invalid", ["/action"]]);
  expect(await fault({ categories: { ...ALL, necessary: true } })).toEqual([
    422,
    "invalid",
    ["/categories/necessary"],
  ]);
  expect(await fault({ categories: { analytics: true, marketing: true } })).toEqual([
    422,
    "invalid",
    ["/categories/preferences"],
  ]);
  expect(await fault({ choice: 0 })).toEqual([422, "invalid", ["/choice"]]);
  expect(await fault({ choice: 1.5 })).toEqual([422, "invalid", ["/choice"]]);
  expect(await fault({ language: "en\u0000" })).toEqual([422, "invalid", ["/language"]]);
  expect(await fault({ email: "a@example.com" })).toEqual([422, "invalid", ["/email"]]);
  expect(await fault({ policy_version: "2024-01-01" })).toEqual([422, "invalid", ["/policy_version"]]);
  expect(await fault({ notice_hash: "0".repeat(64) })).toEqual([422, "invalid", ["/notice_hash"]]);
  expect((await postChoice(site, "{")).status).toBe(400);
  expect((await postBytes(site, Uint8Array.of(0x22, 0xff, 0x22))).status).toBe(400);
  expect((await postBytes(site, Buffer.from("no gzip"), "gzip")).status).toBe(400);
  expect((await postBytes(site, Buffer.from("{}"), "br")).status).toBe(415);
  expect((await postBytes(site, await gzip(" ".repeat(9000)), "gzip")).status).toBe(413);
  expect((await postBytes(site, await gzip(JSON.stringify(good)), "gzip")).status).toBe(201);
  for (const body of ["null", "[]", '"text"', "7"]) {
    expect((await postChoice(site, body)).status, body).toBe(422);
  }
  expect((await postChoice(site, good, { "content-type": "application/xml" })).status).toBe(415);
  expect((await postChoice(site, { ...good, language: "e".repeat(9000) })).status).toBe(413);
  expect(await problemOf(await postChoice(site, good, { "idempotency-key": "short" }))).toEqual([
    422,
    "invalid",
    ["Idempotency-Key"],
  ]);
});

test("a notice of another site is unknown; an older one of this site is not", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const foreign = await publish(other, { now: Date.now(), name: "Foreign" });
  const choice = choiceOf({ ...site, noticeHash: foreign }, newVisitor(), "accept_all", ALL, 1);
  expect(await problemOf(await postChoice(site, choice))).toEqual([422, "invalid", ["/notice_hash"]]);

  await publish(site, { now: Date.now(), name: "Newer" });
  const { record } = await choose(site, newVisitor(), "accept_all", ALL, 1);
  expect(record.notice_hash).toBe(site.noticeHash);

  // Both were published, but never together.
  await publish(site, { now: Date.now(), name: "Newest", policyVersion: "2026-10-01" });
  const mixed = { ...choiceOf(site, newVisitor(), "accept_all", ALL, 1), policy_version: "2026-10-01" };
  expect(await problemOf(await postChoice(site, mixed))).toEqual([422, "invalid", ["/notice_hash"]]);
});

test("100 consents at once make at most 12 commits", async () => {
  const site = await newSite();
  await choose(site, newVisitor(), "accept_all", ALL, 1);
  const before = await commitsOf(site);
  const recorded = await Promise.all(
    Array.from({ length: 100 }, () => choose(site, newVisitor(), "accept_all", ALL, 1)),
  );
  expect((await commitsOf(site)) - before).toBeLessThanOrEqual(12);
  expect(new Set(recorded.map(({ index }) => index)).size).toBe(100);
});

test("choices of one visitor that arrive together chain in order, and the highest holds", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const all = await Promise.all([
    choose(site, visitor, "accept_all", ALL, 1),
    choose(site, visitor, "withdraw", NONE, 3),
    choose(site, visitor, "accept_all", ALL, 2),
  ]);
  const byIndex = all.toSorted((a, b) => a.index - b.index);
  expect(byIndex.map(({ record }) => record.prev)).toEqual([null, byIndex[0]?.index, byIndex[1]?.index]);
  const [state] = await database().read([
    { sql: "SELECT choice, analytics FROM consent_state WHERE consent_id = ?1", args: [visitor.consent_id] },
  ]);
  expect(state?.rows[0]).toMatchObject({ choice: 3, analytics: 0 });
});

test("neither secret nor key of the visitor is stored in clear", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  const [records, states] = await database().read([
    { sql: "SELECT record FROM consent_record WHERE consent_id = ?1", args: [visitor.consent_id] },
    { sql: "SELECT * FROM consent_state WHERE consent_id = ?1", args: [visitor.consent_id] },
  ]);
  expect(JSON.stringify([records?.rows, states?.rows])).not.toContain(visitor.secret);
  const sha256 = await crypto.subtle.digest("SHA-256", Buffer.from(visitor.secret));
  expect(states?.rows[0]?.secret_sha256).toEqual(sha256);
});

test("a grant lives as long as its notice says", async () => {
  const site = await newSite();
  const noticeHash = await publish(site, { now: Date.now(), consentDays: 30 });
  const visitor = newVisitor();
  const { record } = await choose({ ...site, noticeHash }, visitor, "accept_all", ALL, 1);
  const [state] = await database().read([
    { sql: "SELECT granted_until FROM consent_state WHERE consent_id = ?1", args: [visitor.consent_id] },
  ]);
  expect(state?.rows[0]?.granted_until).toBe(Date.parse(String(record.at)) + 30 * DAY_MS);
});
