import { env, SELF } from "cloudflare:test";
import { parseAtomFeed, parseJsonFeed } from "feedsmith";
import { beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";
import { settingsOf } from "../env.ts";
import { append } from "../ledger/append.ts";
import { publishVersion } from "./publish.ts";

const HOST = "http://callers360.localhost";
const DAY = 86_400_000;

let own: TestOrganisation;

beforeAll(async () => {
  own = await newOrganisation();
  const now = Date.now();
  const publish = (version: string, inMs: number, markdown: string) =>
    publishVersion(openDatabase(settingsOf(env).database), {
      org: own.org,
      policy: "privacy",
      version,
      markdown,
      effectiveAt: now + inMs,
      noticedAt: Math.min(now, now + inMs),
      class: "material",
      reason: `Rain & <shine> in ${version}`,
      now,
    });
  await publish("1", -DAY, "# Privacy & calls\n\n## 1. Kept\n\nWe keep calls.\n");
  await publish("2", 31 * DAY, "# Privacy & calls\n\n## 1. Kept\n\nWe keep calls for <b>one</b> year.\n");
});

const get = (form: string, headers: Record<string, string> = {}) =>
  SELF.fetch(`${HOST}/p/${own.org}/privacy/feed.${form}`, { headers });
const grow = (byte: number) =>
  append(env, own.log, "open", { kind: "notice", sha256: new Uint8Array(32).fill(byte) });
const checkpoint = () => SELF.fetch(`${HOST}/log/${own.log}/checkpoint`).then((r) => r.text());

test("another program's parser reads the Atom feed: entries, dates, the change inside", async () => {
  const xml = await get("atom").then((r) => r.text());
  const feed = parseAtomFeed(xml);
  expect(feed.entries).toHaveLength(2);
  const [newest] = feed.entries ?? [];
  expect(newest).toMatchObject({
    title: { value: "Privacy & calls 2" },
    id: expect.stringMatching(/\/privacy\/2$/),
    links: [{ rel: "alternate", type: "text/html", href: expect.stringMatching(/^https?:.*\/privacy\/2$/) }],
  });
  expect(JSON.stringify(newest)).toContain("Rain & <shine> in 2");
  expect(JSON.stringify(newest?.content)).toContain("one");
  expect(Number.isNaN(Date.parse(String(newest?.updated)))).toBe(false);
});

test("and the JSON feed, with the same entries", async () => {
  const feed = parseJsonFeed(await get("json").then((r) => r.text()));
  expect(feed.items?.map(({ title }) => title)).toEqual(["Privacy & calls 2", "Privacy & calls 1"]);
  expect(feed.feed_url).toMatch(/\/privacy\/feed\.json$/);
});

test("each entry carries the log's newest checkpoint", async () => {
  await grow(1);
  const signed = await checkpoint();
  const json: { items: { _callers360: { checkpoint: string } }[] } = await get("json").then((r) => r.json());
  expect(json.items.map((item) => item._callers360.checkpoint)).toEqual([signed, signed]);
  const xml = await get("atom").then((r) => r.text());
  expect(xml.split(`>${signed.replaceAll("&", "&amp;")}</c360:checkpoint>`)).toHaveLength(3);
});

test("a reader that asks again and again gets 304 while nothing is news, though the log grows", async () => {
  for (const form of ["atom", "json"]) {
    const etag = (await get(form)).headers.get("etag") ?? "";
    for (let n = 0; n < 3; n += 1) {
      await grow(10 + n + (form === "atom" ? 0 : 100));
      const again = await get(form, { "if-none-match": etag });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
  }
});
