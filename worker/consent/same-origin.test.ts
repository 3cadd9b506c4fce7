import { SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { newOrganisation } from "../../tests/workerd/seed.ts";
import {
  ALL,
  choiceOf,
  HOST,
  newSite,
  newVisitor,
  type PublishingSite,
  problemOf,
  token,
} from "./fixtures/visitor.ts";

let site: PublishingSite;
beforeEach(async () => {
  site = await newSite();
});

const hostOf = ({ origin }: { origin: string }) => new URL(origin).host;

function ask(path: string, headers: Record<string, string>, init: RequestInit = {}): Promise<Response> {
  return SELF.fetch(HOST + path, { ...init, headers: { host: hostOf(site), ...headers } });
}

test("on its own host a site has the script, the notice, its visitors' records and the gate", async () => {
  const script = await ask(`/_c360/c/${site.site}.js`, {});
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  const notice = await ask(`/_c360/c/${site.site}.json`, {});
  expect(await notice.json()).toMatchObject({ site: site.site, notice_hash: site.noticeHash });

  const visitor = newVisitor();
  const value = `categories=preferences.analytics.marketing&revision=1&date=2026-11-24&id=${visitor.consent_id}&secret=${visitor.secret}&choice=1`;
  const chosen = await ask(
    `/_c360/api/v1/consent/${site.site}`,
    {
      origin: site.origin,
      "content-type": "application/json",
      "idempotency-key": token(24),
      cookie: `theme=dark; c360_consent=${value}`,
    },
    { method: "POST", body: JSON.stringify(choiceOf(site, visitor, "accept_all", ALL, 1)) },
  );
  expect(chosen.status).toBe(201);
  expect(chosen.headers.get("set-cookie")).toBe(
    `c360_consent=${value}; Path=/; SameSite=Lax; Max-Age=15552000; Secure`,
  );
  const { receipt } = await chosen.json<{ receipt: string }>();
  expect((await ask(`/_c360${receipt}`, {})).status).toBe(200);
  const state = await ask(`/_c360/api/v1/consent/${site.site}/${visitor.consent_id}`, {
    authorization: `Consent ${visitor.secret}`,
  });
  expect(await state.json()).toMatchObject({ current: { categories: ALL } });
  const kept = await ask(
    `/_c360/api/v1/collect/${site.site}`,
    { origin: site.origin, "content-type": "application/json" },
    {
      method: "POST",
      body: JSON.stringify({
        consent_id: visitor.consent_id,
        events: [{ event_id: "e1", name: "page_view", at: "2026-11-24T10:00:00.000Z" }],
      }),
    },
  );
  expect(kept.status).toBe(204);
});

test("a proxy that has to name our host says its own beside", async () => {
  const by = { host: new URL(HOST).host, "x-forwarded-host": hostOf(site).toUpperCase() };
  expect((await ask(`/_c360/c/${site.site}.json`, by)).status).toBe(200);
  const foreign = { ...by, "x-forwarded-host": "evil.example" };
  expect(await problemOf(await ask(`/_c360/c/${site.site}.json`, foreign))).toEqual([421, "misdirected", []]);
});

test("only registered hosts, each for its own site, and only what visitors use", async () => {
  const other = await newOrganisation();
  for (const host of [
    "evil.example",
    `www.${hostOf(site)}`,
    `${hostOf(site)}.evil.example`,
    `${hostOf(site)}:8443`,
    hostOf(other),
  ]) {
    const refused = await ask(`/_c360/c/${site.site}.js`, { host });
    expect(await problemOf(refused), host).toEqual([421, "misdirected", []]);
  }
  for (const path of [
    "/_c360/",
    "/_c360/api/v1/calls",
    `/_c360/api/v1/sites/${site.site}`,
    `/_c360/api/v1/consent/${site.site}/../../calls`,
    "/_c360/sign-in",
    "/_c360/_c360/tokens.css",
    "/_c360/privacy",
    `/_c360/c/${site.site}.js%2f..%2f..`,
  ]) {
    expect((await ask(path, { authorization: `Bearer ${site.keys.manage}` })).status, path).toBe(404);
  }
  // Without the prefix the host is foreign, whatever is asked.
  expect((await ask(`/c/${site.site}.js`, {})).status).toBe(421);
  expect((await ask("/sign-in", {})).status).toBe(421);
});

test("a choice from another origin is refused there as everywhere", async () => {
  for (const origin of ["https://evil.example", "null", `https://shop.${hostOf(site)}`]) {
    const refused = await ask(
      `/_c360/api/v1/consent/${site.site}`,
      { origin, "content-type": "application/json", "idempotency-key": token(24) },
      { method: "POST", body: JSON.stringify(choiceOf(site, newVisitor(), "accept_all", ALL, 1)) },
    );
    expect(await problemOf(refused), origin).toEqual([403, "origin-not-registered", ["Origin"]]);
    expect(refused.headers.get("set-cookie")).toBeNull();
  }
});
