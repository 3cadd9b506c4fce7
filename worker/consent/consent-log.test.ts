import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import {
  ALL,
  choose,
  HOST,
  newSite,
  newVisitor,
  type PublishingSite,
  problemOf,
  type Recorded,
} from "./fixtures/visitor.ts";

interface Page {
  readonly records: Recorded[];
  readonly next_cursor: string | null;
}

const ask = (site: PublishingSite, query: string, accept = "application/json") =>
  SELF.fetch(`${HOST}/api/v1/consent-log${query}`, {
    headers: { authorization: `Bearer ${site.keys.read}`, accept },
  });

test("the organisation reads its records page by page, in the order of the log", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const made: Recorded[] = [];
  for (let i = 0; i < 5; i += 1) made.push(await choose(site, newVisitor(), "accept_all", ALL, 1));
  await choose(other, newVisitor(), "accept_all", ALL, 1);

  const seen: Recorded[] = [];
  let cursor = "";
  for (let page = 0; page < 3; page += 1) {
    const response = await ask(site, `?site=${site.site}&limit=2${cursor}`);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    const { records, next_cursor } = await response.json<Page>();
    seen.push(...records);
    expect(next_cursor === null).toBe(page === 2);
    cursor = `&cursor=${next_cursor}`;
  }
  expect(seen).toEqual(made.map(({ index, record, salt, receipt }) => ({ index, record, salt, receipt })));
});

test("from is inclusive, to exclusive", async () => {
  const site = await newSite();
  const { record } = await choose(site, newVisitor(), "accept_all", ALL, 1);
  const at = Date.parse(String(record.at));
  const count = async (from: number, to: number) => {
    const query = `?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    return (await (await ask(site, query)).json<Page>()).records.length;
  };
  expect([await count(at, at + 1), await count(at - 1, at), await count(at + 1, at + 2)]).toEqual([1, 0, 0]);
  expect(await problemOf(await ask(site, `?from=${record.at}&to=${record.at}`))).toEqual([
    422,
    "invalid",
    ["to"],
  ]);
  expect(await problemOf(await ask(site, "?cursor=x&page=2"))).toEqual([422, "invalid", ["cursor", "page"]]);
});

test("another organisation's site is 404; a key without the scope 403", async () => {
  const [site, other] = [await newSite(), await newSite()];
  expect((await ask(site, `?site=${other.site}`)).status).toBe(404);
  const managing = { headers: { authorization: `Bearer ${site.keys.manage}` } };
  expect((await SELF.fetch(`${HOST}/api/v1/consent-log`, managing)).status).toBe(403);
  expect((await SELF.fetch(`${HOST}/api/v1/consent-log`)).status).toBe(401);
});

test("the same as lines and as CSV", async () => {
  const site = await newSite();
  const made = [
    await choose(site, newVisitor(), "accept_all", ALL, 1),
    await choose(site, newVisitor(), "accept_all", ALL, 1),
  ];
  const lines = await ask(site, "?limit=1", "application/x-ndjson");
  expect(lines.headers.get("content-type")).toBe("application/x-ndjson");
  expect(JSON.parse(await lines.text())).toMatchObject({ index: made[0]?.index, record: made[0]?.record });
  const next = /^<(.+)>; rel="next"$/.exec(lines.headers.get("link") ?? "")?.[1];
  const csv = await SELF.fetch(HOST + next, {
    headers: { authorization: `Bearer ${site.keys.read}`, accept: "text/csv" },
  });
  expect(csv.headers.get("link")).toBeNull();
  const [head, row] = (await csv.text()).split("\r\n");
  expect(head).toBe(
    "index,at,site,consent_id,action,choice,preferences,analytics,marketing,policy_version,notice_hash,language,gpc,country,prev,salt,receipt",
  );
  const second = made[1];
  expect(row).toBe(
    `${second?.index},${second?.record.at},${site.site},${second?.consent_id},accept_all,1,true,true,true,2025-10-26,` +
      `${site.noticeHash},en,false,,,${second?.salt},${second?.receipt}`,
  );
});
