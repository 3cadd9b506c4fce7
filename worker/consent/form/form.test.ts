import { SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { database, HOST, newSite, newVisitor, type PublishingSite, problemOf } from "../fixtures/visitor.ts";

let site: PublishingSite;
beforeEach(async () => {
  site = await newSite();
});

const FORM = { "content-type": "application/x-www-form-urlencoded" };
/** The site's own host, as a proxy or a route on it hands it on. */
const own = () => ({ host: new URL(site.origin).host });

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return SELF.fetch(HOST + path, { headers });
}

function post(
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return SELF.fetch(HOST + path, {
    method: "POST",
    headers: { ...FORM, origin: HOST, ...headers },
    body: String(new URLSearchParams(fields)),
  });
}

const keyIn = (html: string) => /name="key" value="([^"]+)"/.exec(html)?.[1] ?? "";
const codesIn = (html: string) =>
  [...html.matchAll(/<code[^>]*>([^<]+)<\/code>/g)].map(([, code]) => code ?? "");

async function records(): Promise<Record<string, unknown>[]> {
  const [found] = await database().read([
    { sql: "SELECT record FROM consent_record WHERE site = ?1 ORDER BY idx", args: [site.site] },
  ]);
  return (found?.rows ?? []).map((row) => JSON.parse(String(row.record)));
}

test("a choice without script is recorded as one from the banner, and taken back the same way", async () => {
  const page = await get(`/consent/${site.site}`);
  expect(page.headers.get("content-security-policy")).toContain("form-action 'self'");
  const html = await page.text();
  expect(html).not.toContain("<script");
  const saved = await post(`/consent/${site.site}`, { key: keyIn(html), action: "save", analytics: "on" });
  expect(saved.status).toBe(200);
  const answer = await saved.text();
  expect(answer).toMatch(/name="analytics" value="on" checked/);
  const index = /receipt\/(\d+)\.tlog-proof/.exec(answer)?.[1];
  expect((await get(`/log/${site.log}/receipt/${index}.tlog-proof`)).status).toBe(200);
  const back = await post(`/consent/${site.site}`, { key: keyIn(answer), action: "reject" });
  expect(back.status).toBe(200);
  const all = await records();
  expect(all).toMatchObject([
    {
      action: "custom",
      choice: 1,
      categories: { preferences: false, analytics: true, marketing: false },
      policy_version: "2025-10-26",
      notice_hash: site.noticeHash,
      language: "en",
      prev: null,
    },
    { action: "withdraw", choice: 2, categories: { preferences: false, analytics: false, marketing: false } },
  ]);
  expect(all[1]?.consent_id).toBe(all[0]?.consent_id);

  const [id = "", secret = ""] = codesIn(answer).filter((code) => /^(cns_.{22}|[\w-]{43})$/.test(code));
  const history = await post(`/consent/${site.site}/history`, { consent_id: id, secret, language: "en" });
  expect((await history.text()).match(/tlog-proof" download/g)).toHaveLength(2);
  const wrong = await post(`/consent/${site.site}/history`, { ...newVisitor(), language: "en" });
  expect(wrong.status).toBe(403);
  expect(await wrong.text()).toContain('role="alert"');
});

test("the same form sent twice is one record; a reload of the answer too", async () => {
  const key = keyIn(await (await get(`/consent/${site.site}`)).text());
  const answers = await Promise.all(
    [1, 2, 3].map(() => post(`/consent/${site.site}`, { key, action: "accept" })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await records()).toHaveLength(1);
});

test("nobody else's page, and no key that was made up, records anything", async () => {
  const key = keyIn(await (await get(`/consent/${site.site}`)).text());
  for (const origin of ["https://evil.example", "null", site.origin]) {
    const refused = await post(`/consent/${site.site}`, { key, action: "accept" }, { origin });
    expect(await problemOf(refused), origin).toEqual([403, "foreign-origin", []]);
  }
  const [words = "", signature = ""] = key.split(".");
  const changed = btoa(
    atob(words.replaceAll("-", "+").replaceAll("_", "/")).replace('"choice":1', '"choice":9'),
  );
  const other = await newSite();
  for (const [path, made] of [
    [site.site, `${changed.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}.${signature}`],
    [site.site, ""],
    [site.site, "a.b.c"],
    [other.site, key],
  ] as const) {
    const refused = await post(`/consent/${path}`, { key: made, action: "accept" });
    expect(refused.status, made).toBe(422);
    expect(await refused.text()).toContain('role="alert"');
  }
  expect(await records()).toEqual([]);
});

test("bad fields are named, large bodies refused, unknown sites not there", async () => {
  const path = `/consent/${site.site}`;
  expect(await problemOf(await post(path, { key: "x", action: "maybe" }))).toEqual([
    422,
    "invalid",
    ["/action"],
  ]);
  expect(await problemOf(await post(path, { key: "x", action: "save", advertising: "on" }))).toEqual([
    422,
    "invalid",
    ["/advertising"],
  ]);
  expect(await problemOf(await post(path, { key: "x".repeat(500_000), action: "save" }))).toEqual([
    413,
    "too-large",
    [],
  ]);
  expect(await problemOf(await get("/consent/site_none"))).toEqual([404, "not-found", []]);
});

test("by the site's own host the cookie is read, and set by the server", async () => {
  const path = `/_c360/consent/${site.site}`;
  const page = await (await get(path, own())).text();
  expect(page).toContain(`action="/_c360/consent/${site.site}"`);
  const saved = await post(path, { key: keyIn(page), action: "accept" }, { ...own(), origin: site.origin });
  const cookie = saved.headers.get("set-cookie") ?? "";
  expect(saved.status).toBe(200);
  expect(cookie).toMatch(
    /^c360_consent=categories=preferences\.analytics\.marketing&revision=1&date=\d{4}-\d\d-\d\d&id=cns_[\w-]{22}&secret=[\w-]{43}&choice=1; Path=\/; SameSite=Lax; Max-Age=15552000; Secure$/,
  );
  const again = await (await get(path, { ...own(), cookie: cookie.split(";")[0] ?? "" })).text();
  expect(again.match(/tlog-proof" download/g)).toHaveLength(1);
  const back = await post(path, { key: keyIn(again), action: "reject" }, { ...own(), origin: site.origin });
  expect(back.headers.get("set-cookie")).toContain("categories=&revision=1");
  expect(await records()).toMatchObject([{ action: "accept_all" }, { action: "withdraw", choice: 2 }]);
  // By our host the cookie is not the site's, whatever it says.
  const ours = await (await get(`/consent/${site.site}`, { cookie: cookie.split(";")[0] ?? "" })).text();
  expect(ours).not.toContain("tlog-proof");
});

test("who only refuses gets a cookie that names nobody", async () => {
  const path = `/_c360/consent/${site.site}`;
  const page = await (await get(path, own())).text();
  const refused = await post(path, { key: keyIn(page), action: "reject" }, { ...own(), origin: site.origin });
  expect(refused.headers.get("set-cookie")).toMatch(/^c360_consent=categories=&revision=1&date=[\d-]+; /);
  const html = await refused.text();
  const again = await post(path, { key: keyIn(html), action: "reject" }, { ...own(), origin: site.origin });
  expect(again.status).toBe(200);
  const [one, two] = await records();
  expect(one?.consent_id).not.toBe(two?.consent_id);
});

test("on a day whose budget is spent it says what to do, takes back all the same, and agrees no further", async () => {
  const agreed = await post(`/consent/${site.site}`, {
    key: keyIn(await (await get(`/consent/${site.site}`)).text()),
    action: "accept",
  });
  const known = keyIn(await agreed.text());
  await database().write([
    {
      sql: `INSERT INTO consent_budget (org, site, day, granted) VALUES (?1, ?2, ?3, 20000)
            ON CONFLICT (org, site, day) DO UPDATE SET granted = excluded.granted`,
      args: [site.org, site.site, Math.floor(Date.now() / 86_400_000)],
    },
  ]);
  const refused = await post(`/consent/${site.site}`, {
    key: keyIn(await (await get(`/consent/${site.site}`)).text()),
    action: "accept",
  });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  const page = await refused.text();
  expect(page).toMatch(/role="alert".*Nothing was recorded.*from tomorrow, 00:00 UTC/s);
  expect(await records()).toHaveLength(1);

  // The page is a form again, and knows that nobody has agreed in it.
  expect((await post(`/consent/${site.site}`, { key: keyIn(page), action: "reject" })).status).toBe(200);
  expect((await post(`/consent/${site.site}`, { key: known, action: "reject" })).status).toBe(200);
  expect((await records()).map(({ action }) => action)).toEqual(["accept_all", "reject_all", "withdraw"]);
});
