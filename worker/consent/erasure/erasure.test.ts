import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { vkeyOf } from "../../ledger/signing-key.ts";
import { verifyReceipt } from "../../ledger/verify-receipt.ts";
import {
  ALL,
  choiceOf,
  choose,
  database,
  HOST,
  NONE,
  newSite,
  newVisitor,
  type PublishingSite,
  postChoice,
  postEvents,
  problemOf,
  token,
  type Visitor,
} from "../fixtures/visitor.ts";

/** As `vitest.config.ts` gives it to the worker. */
const LEDGER_SECRET = "dGVzdHMgb25seTogMzIgYnl0ZXMgb2Ygc2VjcmV0ISE=";

const own = (site: PublishingSite, { consent_id, secret }: Visitor, method = "GET") =>
  SELF.fetch(`${HOST}/api/v1/consent/${site.site}/${consent_id}`, {
    method,
    headers: { authorization: `Consent ${secret}` },
  });

const manage = (site: PublishingSite, method: string, path: string, body?: unknown) =>
  SELF.fetch(`${HOST}/api/v1/sites/${path}`, {
    method,
    headers: { authorization: `Bearer ${site.keys.manage}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function rowsOf(sql: string, ...args: string[]): Promise<unknown[]> {
  const [result] = await database().read([{ sql, args }]);
  return (result?.rows ?? []).map((row) => ({ ...row }));
}

const auditOf = (site: PublishingSite) =>
  rowsOf(
    "SELECT actor, action, target FROM audit_log WHERE org = ?1 AND action LIKE 'consent.%' ORDER BY at, id",
    site.org,
  );

/** The SHA-256 by another road than the code under test takes. */
async function hexOf(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(text))).toString("hex");
}

test("a visitor erases everything: gate, record, salt, answer and events; the receipt stays valid", async () => {
  const site = await newSite();
  const [visitor, neighbour] = [newVisitor(), newVisitor()];
  const headers = { "idempotency-key": token(24) };
  const body = choiceOf(site, visitor, "accept_all", ALL, 1);
  const answer = await postChoice(site, body, headers);
  const { receipt, index } = await answer.json<{ receipt: string; index: number }>();
  await choose(site, neighbour, "accept_all", ALL, 1);
  expect((await postEvents(site, visitor, ["e1"])).status).toBe(204);
  const before = await (await SELF.fetch(HOST + receipt)).text();

  expect((await own(site, visitor, "DELETE")).status).toBe(204);

  expect(await problemOf(await postEvents(site, visitor, ["e2"]))).toEqual([403, "consent-required", []]);
  expect(await problemOf(await own(site, visitor))).toEqual([410, "erased", []]);
  expect(await problemOf(await postChoice(site, body, headers))).toEqual([410, "erased", []]);
  expect(await problemOf(await postChoice(site, { ...body, choice: 2 }))).toEqual([410, "erased", []]);
  const thief = { ...body, secret: newVisitor().secret };
  expect((await problemOf(await postChoice(site, thief))).slice(0, 2)).toEqual([403, "wrong-secret"]);

  const after = await (await SELF.fetch(HOST + receipt)).text();
  const vkey = await vkeyOf(LEDGER_SECRET, `callers360.localhost/log/${site.log}`, 1);
  expect(after.split("\n").slice(1, 3)).toEqual(before.split("\n").slice(1, 3));
  for (const text of [before, after]) {
    expect(await verifyReceipt(Buffer.from(text), vkey)).toMatchObject({ verified: true, index });
  }
  const log = await SELF.fetch(`${HOST}/api/v1/consent-log`, {
    headers: { authorization: `Bearer ${site.keys.read}` },
  });
  const { records } = await log.json<{ records: { record: { consent_id: string } }[] }>();
  expect(records.map(({ record }) => record.consent_id)).toEqual([neighbour.consent_id]);

  for (const table of [
    "consent_record",
    "consent_state",
    "analytics_grant",
    "analytics_event",
    "audit_log",
  ]) {
    const left = JSON.stringify(await rowsOf(`SELECT * FROM ${table} WHERE org = ?1`, site.org));
    expect(left, table).not.toContain(visitor.consent_id);
    expect(left, table).not.toContain('"e1"');
  }
  expect(await auditOf(site)).toEqual([
    {
      actor: "visitor",
      action: "consent.erase",
      target: `${site.site}/sha256:${await hexOf(visitor.consent_id)}`,
    },
  ]);
});

test("without the right secret nothing is erased, and nothing told", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  const thief = { ...visitor, secret: token(43) };
  const refused = await own(site, thief, "DELETE");
  expect(refused.status).toBe(403);
  const unknown = await own(site, newVisitor(), "DELETE");
  expect([unknown.status, await unknown.text()]).toEqual([403, await refused.text()]);
  const bare = await SELF.fetch(`${HOST}/api/v1/consent/${site.site}/${visitor.consent_id}`, {
    method: "DELETE",
  });
  expect(await problemOf(bare)).toEqual([401, "unauthenticated", []]);
  expect((await own(site, visitor)).status).toBe(200);
  expect(await auditOf(site)).toEqual([]);

  expect((await own(site, visitor, "DELETE")).status).toBe(204);
  expect((await own(site, visitor, "DELETE")).status).toBe(204);
  expect((await own(site, thief, "DELETE")).status).toBe(403);
});

test("a registered page may ask for it, with a preflight", async () => {
  const site = await newSite();
  const preflight = await SELF.fetch(`${HOST}/api/v1/consent/${site.site}/${newVisitor().consent_id}`, {
    method: "OPTIONS",
    headers: { origin: site.origin, "access-control-request-method": "DELETE" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-methods")).toContain("DELETE");
});

test("the organisation erases one visitor of its own, nobody else's", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  const path = (of: PublishingSite) => `${of.site}/consents/${visitor.consent_id}`;
  expect((await manage(other, "DELETE", path(site))).status).toBe(404);
  expect((await manage(other, "DELETE", path(other))).status).toBe(404);
  expect((await own(site, visitor)).status).toBe(200);
  expect((await manage(site, "DELETE", path(site))).status).toBe(204);
  expect((await own(site, visitor)).status).toBe(410);
  expect(await auditOf(site)).toMatchObject([{ actor: expect.stringMatching(/^key:key_/) }]);
});

test("what is older than a time goes, of this site only, and who chose since then stays", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const [old, back, elsewhere] = [newVisitor(), newVisitor(), newVisitor()];
  await choose(site, old, "accept_all", ALL, 1);
  await choose(site, old, "withdraw", NONE, 2);
  await choose(site, back, "accept_all", ALL, 1);
  await choose(other, elsewhere, "accept_all", ALL, 1);
  await new Promise((resume) => setTimeout(resume, 5));
  const { record } = await choose(site, back, "withdraw", NONE, 2);

  const erasures = `${site.site}/consent-erasures`;
  const answer = await manage(site, "POST", erasures, { older_than: record.at });
  expect([answer.status, await answer.json()]).toEqual([200, { erased: 1, done: true }]);
  expect((await own(site, old)).status).toBe(410);
  expect((await own(site, back)).status).toBe(200);
  expect((await own(other, elsewhere)).status).toBe(200);
  expect(await auditOf(site)).toMatchObject([
    { action: "consent.erase_older", target: `${site.site} before ${record.at}` },
  ]);

  expect((await manage(other, "POST", erasures, { older_than: record.at })).status).toBe(404);
  expect(await problemOf(await manage(site, "POST", erasures, {}))).toEqual([
    422,
    "invalid",
    ["/older_than"],
  ]);
});
