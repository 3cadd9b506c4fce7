import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { registerOrigins } from "../accounts/seed.ts";
import {
  ALL,
  choiceOf,
  choose,
  commitsOf,
  database,
  HOST,
  newSite,
  newVisitor,
  postChoice,
  problemOf,
} from "./fixtures/visitor.ts";

test("a POST without a registered origin is 403, and no page may read it", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const visitor = newVisitor();
  for (const path of [
    `/api/v1/consent/${site.site}`,
    `/api/v1/collect/${site.site}`,
    "/api/v1/consent/site_none",
  ]) {
    for (const origin of [
      undefined,
      "null",
      other.origin,
      `${site.origin}:8443`,
      site.origin.replace("https", "http"),
    ]) {
      const response = await SELF.fetch(HOST + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...(origin === undefined ? {} : { origin }) },
        body: JSON.stringify(visitor),
      });
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      expect(await problemOf(response)).toEqual([403, "origin-not-registered", ["Origin"]]);
    }
  }
});

test("a registered origin reads answers and refusals, without credentials", async () => {
  const site = await newSite();
  const good = await postChoice(site, choiceOf(site, newVisitor(), "accept_all", ALL, 1));
  const bad = await postChoice(site, "{");
  const none = await postChoice(site, {}, { "idempotency-key": "short" });
  const wrong = await Promise.all(
    ["consent", "collect"].map((route) =>
      SELF.fetch(`${HOST}/api/v1/${route}/${site.site}`, {
        method: "PUT",
        headers: { origin: site.origin },
      }),
    ),
  );
  expect(wrong.map(({ status }) => status)).toEqual([405, 405]);
  for (const response of [good, bad, none, ...wrong]) {
    expect(response.headers.get("access-control-allow-origin")).toBe(site.origin);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(response.headers.get("vary")).toBe("Origin");
  }
  expect([good.status, bad.status, none.status]).toEqual([201, 400, 422]);
});

test("an origin that is no longer registered is refused at once", async () => {
  const site = await newSite();
  await choose(site, newVisitor(), "accept_all", ALL, 1);
  await database().write([{ sql: "DELETE FROM site_origin WHERE site = ?1", args: [site.site] }]);
  const response = await postChoice(site, choiceOf(site, newVisitor(), "accept_all", ALL, 1));
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  expect(response.status).toBe(403);
  await database().write(registerOrigins(site.site, [site.origin]));
  expect((await postChoice(site, choiceOf(site, newVisitor(), "accept_all", ALL, 1))).status).toBe(201);
});

test("what an isolate remembers of a site that moved to another log is looked up anew", async () => {
  const [site, other] = [await newSite(), await newSite()];
  await choose(site, newVisitor(), "accept_all", ALL, 1);
  await database().write([{ sql: "UPDATE site SET log = ?2 WHERE id = ?1", args: [site.site, other.log] }]);
  const { receipt } = await choose(site, newVisitor(), "accept_all", ALL, 1);
  expect(receipt).toMatch(`/log/${other.log}/`);
});

test("an unknown origin is refused without a commit", async () => {
  const site = await newSite();
  await choose(site, newVisitor(), "accept_all", ALL, 1);
  const before = await commitsOf(site);
  const choice = choiceOf(site, newVisitor(), "accept_all", ALL, 1);
  expect((await postChoice(site, choice, { origin: "https://elsewhere.example" })).status).toBe(403);
  expect(await commitsOf(site)).toBe(before);
});

test("a preflight from a registered origin is 204 with exactly what the banner sends", async () => {
  const site = await newSite();
  for (const path of [
    `/api/v1/consent/${site.site}`,
    `/api/v1/collect/${site.site}`,
    `/api/v1/consent/${site.site}/${newVisitor().consent_id}`,
  ]) {
    const ask = (origin: string) =>
      SELF.fetch(HOST + path, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type",
        },
      });
    const response = await ask(site.origin);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(site.origin);
    expect(response.headers.get("access-control-allow-headers")).toBe(
      "content-type, idempotency-key, authorization",
    );
    expect(response.headers.get("vary")).toBe("Origin");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    const foreign = await ask("https://elsewhere.example");
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("a flood from one address is told when to come back, and a known page may read it", async () => {
  const site = await newSite();
  await choose(site, newVisitor(), "accept_all", ALL, 1);
  const address = { "cf-connecting-ip": "203.0.113.9" };
  const body = choiceOf(site, newVisitor(), "accept_all", ALL, 1);
  // The nameless ones are refused before the database is asked, so the allowance is gone within a second.
  const nameless = Array.from({ length: 600 }, () =>
    SELF.fetch(`${HOST}/api/v1/consent/${site.site}`, { method: "POST", headers: address }),
  );
  const named = Array.from({ length: 40 }, () => postChoice(site, body, address));
  const statuses = (await Promise.all(nameless)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 403).length).toBeGreaterThanOrEqual(260);
  expect(statuses).toContain(429);
  const refused = (await Promise.all(named)).find(({ status }) => status === 429);
  expect(refused?.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  expect(refused?.headers.get("access-control-allow-origin")).toBe(site.origin);
  expect((await postChoice(site, body, { "cf-connecting-ip": "203.0.113.10" })).status).toBe(201);
});
