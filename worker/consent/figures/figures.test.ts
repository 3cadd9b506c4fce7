import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import type { Action, Categories } from "../choice.ts";
import {
  ALL,
  ANALYTICS,
  choose,
  HOST,
  NONE,
  newSite,
  newVisitor,
  type PublishingSite,
  problemOf,
} from "../fixtures/visitor.ts";

const ask = (site: PublishingSite, query = "", key = site.keys.manage) =>
  SELF.fetch(`${HOST}/api/v1/sites/${site.site}/consent-metrics${query}`, {
    headers: { authorization: `Bearer ${key}` },
  });

async function figures(site: PublishingSite): Promise<Record<string, unknown>> {
  const response = await ask(site);
  expect(response.status, await response.clone().text()).toBe(200);
  return response.json();
}

async function choices(
  site: PublishingSite,
  n: number,
  action: Action,
  categories: Categories,
): Promise<void> {
  await Promise.all(Array.from({ length: n }, () => choose(site, newVisitor(), action, categories, 1)));
}

test("figures are told from ten choices on, and small groups never by themselves", async () => {
  const site = await newSite();
  await choices(site, 9, "accept_all", ALL);
  expect(await figures(site)).toMatchObject({ n: 0, days: [], actions: [], languages: [] });
  await choices(site, 3, "accept_all", ALL);
  await choices(site, 11, "reject_all", NONE);
  const first = await figures(site);
  expect(first).toMatchObject({
    n: 23,
    least_group: 10,
    days: [{ n: 23 }],
    actions: [
      { action: "accept_all", n: 12 },
      { action: "reject_all", n: 11 },
    ],
    categories: [
      { category: "preferences", granted: 12, refused: 11, not_told: 0 },
      { category: "analytics", granted: 12, refused: 11, not_told: 0 },
      { category: "marketing", granted: 12, refused: 11, not_told: 0 },
    ],
    languages: [{ language: "en", n: 23 }],
    countries: [{ country: null, n: 23 }],
    notices: [{ policy_version: "2025-10-26", notice_hash: site.noticeHash, n: 23 }],
  });
  await choices(site, 2, "custom", ANALYTICS);
  expect(await figures(site)).toEqual(first);
  await choices(site, 8, "accept_all", ALL);
  expect(await figures(site)).toMatchObject({
    n: 33,
    days: [{ n: 33 }],
    // 2 and 8 are too few each: together they are nobody's.
    actions: [
      { action: "accept_all", n: 12 },
      { action: "reject_all", n: 11 },
      { action: null, n: 10 },
    ],
    categories: [{ category: "preferences", granted: 12, refused: 11, not_told: 10 }, {}, {}],
  });
});

test("many who ask at once are told the same, once", async () => {
  const site = await newSite();
  await choices(site, 10, "accept_all", ALL);
  const answers = await Promise.all(Array.from({ length: 8 }, () => figures(site)));
  expect(new Set(answers.map(({ n }) => n))).toEqual(new Set([10]));
});

test("questions that cannot be answered name what is wrong, and others' sites are not there", async () => {
  const site = await newSite();
  const other = await newSite();
  expect(await problemOf(await ask(site, "?from=2026-01-02&to=2026-01-02"))).toEqual([
    422,
    "invalid",
    ["from"],
  ]);
  expect(await problemOf(await ask(site, "?from=2020-01-01&to=2026-01-02"))).toEqual([
    422,
    "invalid",
    ["from"],
  ]);
  expect(await problemOf(await ask(site, "?from=yesterday"))).toEqual([422, "invalid", ["from"]]);
  expect(await problemOf(await ask(site, "?day=1"))).toEqual([422, "invalid", ["day"]]);
  expect(await problemOf(await ask(site, "", other.keys.manage))).toEqual([404, "not-found", []]);
  expect(await problemOf(await ask(site, "", site.keys.read))).toEqual([403, "insufficient-scope", []]);
  expect(await (await ask(site, "?from=2026-01-01&to=2026-01-02T00:00:00Z")).json()).toMatchObject({
    from: "2026-01-01",
    to: "2026-01-02",
    n: 0,
  });
});
