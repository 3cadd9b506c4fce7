import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import {
  ALL,
  ANALYTICS,
  choose,
  database,
  eventsOf,
  NONE,
  newSite,
  newVisitor,
  type PublishingSite,
  postEvents,
} from "../fixtures/visitor.ts";
import { purgeAnalytics } from "./purge-analytics.ts";

async function rowsOf(site: PublishingSite): Promise<{ events: number; grants: number }> {
  const [events, grants] = await database().read([
    { sql: "SELECT event_id FROM analytics_event WHERE site = ?1", args: [site.site] },
    { sql: "SELECT visitor_key FROM analytics_grant WHERE site = ?1", args: [site.site] },
  ]);
  return { events: events?.rows.length ?? -1, grants: grants?.rows.length ?? -1 };
}

test("withdrawal deletes what was kept under every key, and leaves other visitors alone", async () => {
  const site = await newSite();
  const [leaving, staying] = [newVisitor(), newVisitor()];
  for (const visitor of [leaving, staying]) {
    await choose(site, visitor, "accept_all", ALL, 1);
    await postEvents(site, visitor, ["e1"]);
    await choose(site, visitor, "custom", ANALYTICS, 2);
    await postEvents(site, visitor, ["e2"]);
  }
  await choose(site, leaving, "withdraw", NONE, 3);
  await purgeAnalytics(env);
  expect(await rowsOf(site)).toEqual({ events: 2, grants: 2 });
  expect(await eventsOf(site, leaving)).toEqual([]);
  expect(await eventsOf(site, staying)).toHaveLength(2);
});

test("a withdrawal is not undone by agreeing again: the earlier events go, the new ones stay", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  await postEvents(site, visitor, ["before"]);
  await choose(site, visitor, "withdraw", NONE, 2);
  await choose(site, visitor, "accept_all", ALL, 3);
  await postEvents(site, visitor, ["after"]);
  await purgeAnalytics(env);
  expect((await eventsOf(site, visitor)).map(({ event_id }) => event_id)).toEqual(["after"]);
});

test("an expired grant's events go", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  await postEvents(site, visitor, ["e1"]);
  const past = Date.now() - 1000;
  await database().write([
    { sql: "UPDATE consent_state SET granted_until = ?2 WHERE site = ?1", args: [site.site, past] },
    { sql: "UPDATE analytics_grant SET ends_at = ?2 WHERE site = ?1", args: [site.site, past] },
  ]);
  await purgeAnalytics(env);
  expect(await rowsOf(site)).toEqual({ events: 0, grants: 0 });
});

test("every event goes after 90 days, and not before", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  await postEvents(site, visitor, ["old", "young"]);
  const age = async (id: string, ms: number) =>
    database().write([
      {
        sql: "UPDATE analytics_event SET received_at = ?3 WHERE site = ?1 AND event_id = ?2",
        args: [site.site, id, Date.now() - ms],
      },
    ]);
  await age("old", 90 * 86_400_000 + 1000);
  await age("young", 90 * 86_400_000 - 60_000);
  await purgeAnalytics(env);
  expect((await eventsOf(site, visitor)).map(({ event_id }) => event_id)).toEqual(["young"]);
});

test("more than a chunk goes in one run", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  await postEvents(site, visitor, ["first"]);
  await database().write([
    {
      sql: `INSERT INTO analytics_event (org, site, visitor_key, event_id, name, at, received_at)
            SELECT org, site, visitor_key, 'n' || value, 'page_view', 0, received_at
            FROM analytics_event, json_each(?2) WHERE site = ?1`,
      args: [site.site, JSON.stringify(Array.from({ length: 4500 }, (_, i) => i))],
    },
  ]);
  await choose(site, visitor, "withdraw", NONE, 2);
  await purgeAnalytics(env);
  expect(await rowsOf(site)).toEqual({ events: 0, grants: 0 });
});
