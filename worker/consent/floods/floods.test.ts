import { env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  ALL,
  ANALYTICS,
  choiceOf,
  choose,
  database,
  NONE,
  newSite,
  newVisitor,
  type PublishingSite,
  postChoice,
  problemOf,
  publish,
  token,
} from "../fixtures/visitor.ts";
import { giveConsent } from "../give-consent.ts";

const TODAY = Math.floor(Date.now() / 86_400_000);

async function grantedOn(site: PublishingSite, day: number, granted: number): Promise<void> {
  await database().write([
    {
      sql: `INSERT INTO consent_budget (org, site, day, granted) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (org, site, day) DO UPDATE SET granted = excluded.granted`,
      args: [site.org, site.site, day, granted],
    },
  ]);
}

async function rows(sql: string, ...args: (string | number)[]): Promise<unknown[]> {
  const [found] = await database().read([{ sql, args }]);
  return found?.rows.map((row) => ({ ...row })) ?? [];
}

/** The ticket of a 429, and the number that a client would find: by brute force, bit by bit. */
function solve(response: Response, key: string): string {
  const [, ticket = "", bits = ""] =
    /^ticket=(\S+), bits=(\d+)$/.exec(response.headers.get("c360-challenge") ?? "") ?? [];
  for (let n = 0; ; n += 1) {
    const hash = createHash("sha256").update(`${ticket}.${key}.${n}`).digest();
    if (hash.readUInt32BE(0) >>> (32 - Number(bits)) === 0) return `${ticket}.${n}`;
  }
}

const post = (site: PublishingSite, body: Record<string, unknown>, key: string, challenge?: string) =>
  postChoice(
    site,
    body,
    { "idempotency-key": key },
    challenge === undefined ? "" : `?challenge=${challenge}`,
  );

test("beyond the day's budget a grant meets a challenge; a withdrawal, a refusal and a replay never do", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const earlier = { body: choiceOf(site, visitor, "accept_all", ALL, 1), key: token(24) };
  expect((await post(site, earlier.body, earlier.key)).status).toBe(201);
  await grantedOn(site, TODAY, 20_000);

  const flood = await post(site, choiceOf(site, newVisitor(), "custom", ANALYTICS, 1), token(24));
  expect(flood.headers.get("retry-after")).toBe("1");
  expect(flood.headers.get("access-control-expose-headers")).toContain("c360-challenge");
  expect(await problemOf(flood)).toEqual([429, "challenge-required", []]);

  expect((await post(site, earlier.body, earlier.key)).headers.get("idempotent-replayed")).toBe("true");
  await choose(site, visitor, "withdraw", NONE, 2);
  await choose(site, newVisitor(), "reject_all", NONE, 1);
  await choose(site, newVisitor(), "gpc", NONE, 1);
  await choose(site, newVisitor(), "custom", NONE, 1);
  // Another site has a budget of its own.
  await choose(await newSite(), newVisitor(), "accept_all", ALL, 1);
});

test("the answer to a challenge holds for its site, its notice and one request", async () => {
  const site = await newSite();
  await grantedOn(site, TODAY, 20_000);
  const [body, key] = [choiceOf(site, newVisitor(), "accept_all", ALL, 1), token(24)];
  const answer = solve(await post(site, body, key), key);
  expect((await post(site, body, token(24), answer)).status).toBe(429);
  expect((await post(site, body, key, `${answer}0`)).status).toBe(429);
  const newer = await publish(site, { now: Date.now(), name: "Newer" });
  expect((await post(site, { ...body, notice_hash: newer }, key, answer)).status).toBe(429);
  const other = await newSite();
  await grantedOn(other, TODAY, 20_000);
  expect(
    (await post(other, { ...choiceOf(other, newVisitor(), "accept_all", ALL, 1) }, key, answer)).status,
  ).toBe(429);
  expect(await problemOf(await post(site, body, key, "nonsense"))).toEqual([422, "invalid", ["challenge"]]);

  expect((await post(site, body, key, answer)).status).toBe(201);
  expect((await post(site, body, key, answer)).headers.get("idempotent-replayed")).toBe("true");
});

test("the grant that spends the budget is taken, counted, and is an alarm in the audit log, once", async () => {
  const site = await newSite();
  await grantedOn(site, TODAY, 19_998);
  await grantedOn(site, TODAY - 8, 7);
  const posts = Array.from({ length: 5 }, () =>
    post(site, choiceOf(site, newVisitor(), "accept_all", ALL, 1), token(24)),
  );
  const statuses = (await Promise.all(posts)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([201, 201, 429, 429, 429]);
  expect(await rows("SELECT day, granted FROM consent_budget WHERE site = ?1", site.site)).toEqual([
    { day: TODAY, granted: 20_000 },
  ]);
  expect(
    await rows(
      "SELECT actor, action, target FROM audit_log WHERE org = ?1 AND action LIKE 'consent.%'",
      site.org,
    ),
  ).toEqual([{ actor: "system", action: "consent.budget_spent", target: site.site }]);
});

test("a site that was busy last week has a larger budget", async () => {
  const site = await newSite();
  await grantedOn(site, TODAY - 7, 10_000);
  await grantedOn(site, TODAY, 49_999);
  await choose(site, newVisitor(), "accept_all", ALL, 1);
  const body = choiceOf(site, newVisitor(), "accept_all", ALL, 1);
  expect((await post(site, body, token(24))).status).toBe(429);
});

test("with limits off there is no budget", async () => {
  const site = await newSite();
  await grantedOn(site, TODAY, 1_000_000);
  const body = choiceOf(site, newVisitor(), "accept_all", ALL, 1) as unknown as Parameters<
    typeof giveConsent
  >[2];
  const circumstances = { idempotencyKey: token(24), signal: false, country: null, challenge: undefined };
  const given = await giveConsent({ ...env, RATE_LIMITS: "off" }, site, body, circumstances);
  expect(given?.repeated).toBe(false);
});
