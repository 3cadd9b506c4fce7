import { SELF } from "cloudflare:test";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  ALL,
  choiceOf,
  eventsOf,
  HOST,
  NONE,
  newSite,
  newVisitor,
  postChoice,
  postEvents,
  problemOf,
} from "./fixtures/visitor.ts";

/** What strangers send to a site's public routes. */

test("an unknown site is refused in the words of an unknown origin, and has nothing to show", async () => {
  const site = await newSite();
  const none = { ...site, site: "site_none" };
  const visitor = newVisitor();
  expect(await problemOf(await postChoice(none, choiceOf(site, visitor, "accept_all", ALL, 1)))).toEqual([
    403,
    "origin-not-registered",
    ["Origin"],
  ]);
  expect(await problemOf(await postEvents(none, visitor, ["e1"]))).toEqual([
    403,
    "origin-not-registered",
    ["Origin"],
  ]);
});

test("origins that look like the site's are not", async () => {
  const site = await newSite();
  const { host } = new URL(site.origin);
  for (const origin of [
    "null",
    "",
    `http://${host}`,
    `https://${host}:8443`,
    `https://www.${host}`,
    `https://${host}.`,
    `https://${host}.evil.example`,
    `https://evil-${host}`,
    `https://${host}/`,
    `https://${host.toUpperCase()}`,
    `https://user@${host}`,
    `${site.origin} ${site.origin}`,
  ]) {
    const refused = await postChoice(site, choiceOf(site, newVisitor(), "reject_all", NONE, 1), { origin });
    expect(await problemOf(refused), origin).toEqual([403, "origin-not-registered", ["Origin"]]);
    expect(refused.headers.get("access-control-allow-origin"), origin).toBeNull();
  }
});

test("a category that the configuration does not have is named", async () => {
  const site = await newSite();
  const body = choiceOf(site, newVisitor(), "custom", ALL, 1);
  const refused = await postChoice(site, { ...body, categories: { ...ALL, advertising: true } });
  expect(await problemOf(refused)).toEqual([422, "invalid", ["/categories/advertising"]]);
});

test("bodies of 500 kB are refused on every public route, before they are read", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const big = JSON.stringify({ ...choiceOf(site, visitor, "accept_all", ALL, 1), x: "x".repeat(500_000) });
  expect(await problemOf(await postChoice(site, big))).toEqual([413, "too-large", []]);
  expect(await problemOf(await postEvents(site, visitor, ["x".repeat(500_000)]))).toEqual([
    413,
    "too-large",
    [],
  ]);
  const huge = await SELF.fetch(`${HOST}/api/v1/sites/${site.site}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${site.keys.manage}`, "content-type": "application/json" },
    body: JSON.stringify({ x: "x".repeat(2_200_000) }),
  });
  expect(await problemOf(huge)).toEqual([413, "too-large", []]);
});

test("a page that lies about consent is refused by the server, and after a withdrawal from the first request on", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  expect(await problemOf(await postEvents(site, visitor, ["e1"]))).toEqual([403, "consent-required", []]);
  const choice = async (n: number, action: "accept_all" | "withdraw") => {
    const body = choiceOf(site, visitor, action, action === "withdraw" ? NONE : ALL, n);
    expect((await postChoice(site, body)).status).toBe(201);
  };
  await choice(1, "accept_all");
  expect((await postEvents(site, visitor, ["e2"])).status).toBe(204);
  await choice(2, "withdraw");
  expect(await problemOf(await postEvents(site, visitor, ["e3"]))).toEqual([403, "consent-required", []]);
  expect((await eventsOf(site, visitor)).map(({ event_id }) => event_id)).not.toContain("e3");
});

test("a flood from one address is slowed, and others are unharmed", async () => {
  const site = await newSite();
  const from = (address: string) => postEvents(site, newVisitor(), ["e"], { "cf-connecting-ip": address });
  // The clock stands: on a slow machine the allowance would grow while the flood comes in.
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const flood = await Promise.all(Array.from({ length: 330 }, () => from("203.0.113.7")));
  const refused = flood.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect((await from("203.0.113.8")).status).toBe(403);
});
