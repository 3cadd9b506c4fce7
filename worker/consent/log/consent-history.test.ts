import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import {
  ALL,
  ANALYTICS,
  choose,
  database,
  HOST,
  NONE,
  newSite,
  newVisitor,
  type PublishingSite,
  problemOf,
  type Recorded,
  token,
} from "../fixtures/visitor.ts";

interface History {
  readonly current: Recorded & { categories: unknown; granted_until: string | null };
  readonly history: Recorded[];
}

const read = (site: PublishingSite, consentId: string, headers: Record<string, string> = {}) =>
  SELF.fetch(`${HOST}/api/v1/consent/${site.site}/${consentId}`, { headers });

test("the visitor sees what holds and everything before it", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const first = await choose(site, visitor, "accept_all", ALL, 1);
  const second = await choose(site, visitor, "custom", ANALYTICS, 3);
  const stale = await choose(site, visitor, "withdraw", NONE, 2);
  const response = await read(site, visitor.consent_id, { authorization: `Consent ${visitor.secret}` });
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("private, no-store");
  const { current, history } = await response.json<History>();
  const shown = ({ index, record, salt, receipt }: Recorded) => ({ index, record, salt, receipt });
  expect(history).toEqual([first, second, stale].map(shown));
  expect(current).toMatchObject({ ...shown(second), categories: ANALYTICS });
  expect(Date.parse(String(current.granted_until))).toBe(
    Date.parse(String(second.record.at)) + 180 * 86_400_000,
  );
});

test("an expired grant grants nothing, though its record stays", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  await database().write([
    { sql: "UPDATE consent_state SET granted_until = 1 WHERE consent_id = ?1", args: [visitor.consent_id] },
  ]);
  const response = await read(site, visitor.consent_id, { authorization: `Consent ${visitor.secret}` });
  const { current } = await response.json<History>();
  expect(current.categories).toEqual(NONE);
  expect(current.record.categories).toEqual(ALL);
});

test("without the secret there is nothing to see, not even whether the id exists", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  const none = await read(site, visitor.consent_id);
  expect(none.headers.get("www-authenticate")).toBe("Consent");
  expect(await problemOf(none)).toEqual([401, "unauthenticated", []]);
  expect((await read(site, visitor.consent_id, { authorization: `Bearer ${site.keys.manage}` })).status).toBe(
    401,
  );

  const wrong = await read(site, visitor.consent_id, { authorization: `Consent ${token(43)}` });
  const unknown = await read(site, newVisitor().consent_id, { authorization: `Consent ${token(43)}` });
  const elsewhere = await read(other, visitor.consent_id, { authorization: `Consent ${visitor.secret}` });
  expect(wrong.status).toBe(403);
  const words = await wrong.text();
  expect([unknown.status, await unknown.text()]).toEqual([403, words]);
  expect([elsewhere.status, await elsewhere.text()]).toEqual([403, words]);
});

test("the scheme's name has no case", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  expect((await read(site, visitor.consent_id, { authorization: `consent ${visitor.secret}` })).status).toBe(
    200,
  );
});

test("a registered page may read it, another may not", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  const authorization = `Consent ${visitor.secret}`;
  const own = await read(site, visitor.consent_id, { authorization, origin: site.origin });
  expect(own.headers.get("access-control-allow-origin")).toBe(site.origin);
  const foreign = await read(site, visitor.consent_id, {
    authorization,
    origin: "https://elsewhere.example",
  });
  expect(foreign.status).toBe(200);
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
});
