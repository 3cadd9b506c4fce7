import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import {
  ALL,
  ANALYTICS,
  choiceOf,
  choose,
  database,
  eventsOf,
  HOST,
  NONE,
  newSite,
  newVisitor,
  postChoice,
  postEvents,
  problemOf,
  publish,
} from "../fixtures/visitor.ts";

const DAY_MS = 86_400_000;
const REFUSED = [403, "consent-required", []];

test("nothing is kept before a grant, all after it, nothing after the withdrawal", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  expect(await problemOf(await postEvents(site, visitor, ["e1"]))).toEqual(REFUSED);

  await choose(site, visitor, "accept_all", ALL, 1);
  expect(await eventsOf(site, visitor)).toEqual([]);
  const taken = await postEvents(site, visitor, ["e2", "e3"]);
  expect(taken.status).toBe(204);
  expect(taken.headers.get("access-control-allow-origin")).toBe(site.origin);
  expect(await eventsOf(site, visitor)).toMatchObject([
    { event_id: "e2", name: "page_view", at: "2026-11-24T10:00:00.000Z", path: "/tiles" },
    { event_id: "e3", name: "page_view", at: "2026-11-24T10:00:00.000Z", path: "/tiles" },
  ]);

  await choose(site, visitor, "withdraw", NONE, 2);
  expect(await problemOf(await postEvents(site, visitor, ["e4"]))).toEqual(REFUSED);
});

test.each([
  ["custom", { ...ALL, analytics: false }],
  ["reject_all", NONE],
  ["gpc", { ...NONE, preferences: true }],
] as const)("%s without analytics keeps nothing", async (action, categories) => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, action, categories, 1);
  expect(await problemOf(await postEvents(site, visitor, ["e1"]))).toEqual(REFUSED);
});

test("a repeated event_id is kept once, as it first came", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "custom", ANALYTICS, 1);
  expect((await postEvents(site, visitor, ["e1", "e1", "e2"])).status).toBe(204);
  expect((await postEvents(site, visitor, ["e2", "e1"])).status).toBe(204);
  expect((await eventsOf(site, visitor)).map(({ event_id }) => event_id)).toEqual(["e1", "e2"]);
});

test("an event_id is kept once over choices that go on with analytics, and anew after a withdrawal", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const kept = async () => (await eventsOf(site, visitor)).map(({ event_id }) => event_id);
  await choose(site, visitor, "accept_all", ALL, 1);
  expect((await postEvents(site, visitor, ["e1"])).status).toBe(204);
  await choose(site, visitor, "custom", ANALYTICS, 2);
  expect((await postEvents(site, visitor, ["e1", "e2"])).status).toBe(204);
  expect(await kept()).toEqual(["e1", "e2"]);

  // What is kept under the withdrawn keys will be deleted, so it cannot stand for a new event.
  await choose(site, visitor, "withdraw", NONE, 3);
  await choose(site, visitor, "accept_all", ALL, 4);
  expect((await postEvents(site, visitor, ["e1"])).status).toBe(204);
  expect(await kept()).toEqual(["e1", "e2", "e1"]);
});

test.each([
  ["name", "nul \0"],
  ["name", "half a pair \ud800"],
  ["path", "/\u001b[31m"],
  ["path", "/\udfff"],
])("a %s that no text column takes, %j, is refused by its pointer", async (field, value) => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  const response = await SELF.fetch(`${HOST}/api/v1/collect/${site.site}`, {
    method: "POST",
    headers: { origin: site.origin, "content-type": "application/json" },
    body: JSON.stringify({
      consent_id: visitor.consent_id,
      events: [{ event_id: "e1", name: "नमस्ते 😀", at: "2026-11-24T10:00:00Z", [field]: value }],
    }),
  });
  expect(await problemOf(response)).toEqual([422, "invalid", [`/events/0/${field}`]]);
});

test("a choice that is not higher is recorded but does not move the gate", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "withdraw", NONE, 5);
  const late = await choose(site, visitor, "accept_all", ALL, 5);
  const later = await choose(site, visitor, "accept_all", ALL, 4);
  expect(later.record.prev).toBe(late.index);
  expect(await problemOf(await postEvents(site, visitor, ["e1"]))).toEqual(REFUSED);
});

test("a grant ends when its days are over", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  await database().write([
    {
      sql: "UPDATE consent_state SET granted_until = ?2 WHERE consent_id = ?1",
      args: [visitor.consent_id, Date.now() - 1],
    },
  ]);
  expect(await problemOf(await postEvents(site, visitor, ["e1"]))).toEqual(REFUSED);
});

test("a notice superseded for more than 7 days is recorded but opens no gate", async () => {
  const site = await newSite();
  await publish(site, { now: Date.now() - 7 * DAY_MS + 60_000, name: "Newer" });
  const early = newVisitor();
  await choose(site, early, "accept_all", ALL, 1);
  expect((await postEvents(site, early, ["e1"])).status).toBe(204);

  const other = await newSite();
  await publish(other, { now: Date.now() - 7 * DAY_MS - 60_000, name: "Newer" });
  const late = newVisitor();
  await choose(other, late, "accept_all", ALL, 1);
  expect(await problemOf(await postEvents(other, late, ["e1"]))).toEqual(REFUSED);
});

test("Sec-GPC: 1 refuses unless the visitor chose after being told of it", async () => {
  const site = await newSite();
  const signal = { "sec-gpc": "1" };
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  expect(await problemOf(await postEvents(site, visitor, ["e1"], signal))).toEqual(REFUSED);
  expect((await postEvents(site, visitor, ["e1"], { "sec-gpc": "0" })).status).toBe(204);
  await choose(site, visitor, "accept_all", ALL, 2, signal);
  expect((await postEvents(site, visitor, ["e2"], signal)).status).toBe(204);
});

test("events stand under a random key that changes with the grant, never under the consent id", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  await postEvents(site, visitor, ["e1"]);
  await choose(site, visitor, "custom", ANALYTICS, 2);
  await postEvents(site, visitor, ["e2"]);
  const seen = await eventsOf(site, visitor);
  expect(seen.map(({ event_id }) => event_id)).toEqual(["e1", "e2"]);
  expect(new Set(seen.map(({ visitor_key }) => visitor_key)).size).toBe(2);
  const [rows] = await database().read([
    { sql: "SELECT * FROM analytics_event WHERE site = ?1", args: [site.site] },
  ]);
  expect(rows?.rows).toHaveLength(2);
  expect(JSON.stringify(rows?.rows)).not.toContain(visitor.consent_id);
});

test("the same visitor and secret on two sites are two visitors", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const visitor = newVisitor();
  const first = await choose(site, visitor, "accept_all", ALL, 1);
  expect(first.record.prev).toBeNull();
  expect(await problemOf(await postEvents(other, visitor, ["e1"]))).toEqual(REFUSED);
  const second = await choose(other, visitor, "accept_all", ALL, 1);
  expect(second.record.prev).toBeNull();
  await postEvents(site, visitor, ["e1"]);
  expect(await eventsOf(other, visitor)).toEqual([]);
  await choose(other, visitor, "withdraw", NONE, 2);
  expect((await postEvents(site, visitor, ["e2"])).status).toBe(204);
  const foreign = await SELF.fetch(
    `${HOST}/api/v1/sites/${site.site}/events?consent_id=${visitor.consent_id}`,
    {
      headers: { authorization: `Bearer ${other.keys.manage}` },
    },
  );
  expect(foreign.status).toBe(404);
});

test("a beacon's text/plain is taken; what is out of shape is named", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  await choose(site, visitor, "accept_all", ALL, 1);
  const event = { event_id: "e1", name: "call_request", at: "2026-11-24T15:30:00+05:30" };
  const post = (body: unknown, type = "text/plain;charset=UTF-8") =>
    SELF.fetch(`${HOST}/api/v1/collect/${site.site}`, {
      method: "POST",
      headers: { origin: site.origin, "content-type": type },
      body: JSON.stringify(body),
    });
  expect((await post({ consent_id: visitor.consent_id, events: [event] })).status).toBe(204);
  expect(await eventsOf(site, visitor)).toMatchObject([{ at: "2026-11-24T10:00:00.000Z", path: null }]);

  const fault = async (events: unknown) => problemOf(await post({ consent_id: visitor.consent_id, events }));
  expect(await fault([])).toEqual([422, "invalid", ["/events"]]);
  expect(await fault(Array.from({ length: 101 }, () => event))).toEqual([422, "invalid", ["/events"]]);
  expect(await fault([{ ...event, at: "yesterday" }])).toEqual([422, "invalid", ["/events/0/at"]]);
  expect(await fault([{ ...event, ip: "10.0.0.1" }])).toEqual([422, "invalid", ["/events/0/ip"]]);
  expect((await post({ consent_id: visitor.consent_id, events: ["x".repeat(65_536)] })).status).toBe(413);
  expect((await post({ events: [event] }, "application/xml")).status).toBe(415);
  // One bad event, and none of the others is kept.
  await fault([
    { ...event, event_id: "e2" },
    { ...event, event_id: "" },
  ]);
  expect(await eventsOf(site, visitor)).toHaveLength(1);
});

test("a full notice of a grant under another notice still counts the choice", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const hash = await publish(site, { now: Date.now(), name: "Newer" });
  await choose(site, visitor, "accept_all", ALL, 1);
  const withdrawal = choiceOf({ ...site, noticeHash: hash }, visitor, "withdraw", NONE, 2);
  expect((await postChoice(site, withdrawal)).status).toBe(201);
  expect(await problemOf(await postEvents(site, visitor, ["e1"]))).toEqual(REFUSED);
});
