import { env, SELF } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../db/client.ts";
import first from "../../docs/policies/privacy/2025-10-26.md?raw";
import { newOrganisation } from "../../tests/workerd/seed.ts";
import { settingsOf } from "../env.ts";
import { appendPolicyLeaves } from "./append-policy-leaves.ts";
import { type NewVersion, publishVersion } from "./publish.ts";

// By `sha256sum` and `wc -c` on docs/policies/privacy/2025-10-26.md.
const FIRST_SHA256 = "a974693bd55d59d844f97f87ac64fb1d36e37c7e30ae13c5cdfc3a251619c0a9";
const FIRST_BYTES = 8609;

const SECOND = "2026-11-24";
const second = first
  .replace("Last Updated: October 26, 2025", "Last Updated: November 24, 2026")
  .replace("provided in Section 8", "provided in Section 9")
  .replace("securely delete or anonymize it.", "securely delete or anonymize it. <script>alert(1)</script>");

const database = openDatabase(settingsOf(env).database);
const operator = settingsOf(env).operatorOrg;

const firstVersion: NewVersion = {
  org: operator,
  policy: "privacy",
  version: "2025-10-26",
  markdown: first,
  effectiveAt: Date.UTC(2025, 9, 25, 18, 30),
  noticedAt: Date.UTC(2025, 9, 25, 18, 30),
  class: "material",
  reason: "First version",
  now: Date.now(),
};

const get = (path: string, headers: Record<string, string> = {}) =>
  SELF.fetch(`http://callers360.localhost${path}`, { headers, redirect: "manual" });

const until = (at: number) => new Promise((done) => setTimeout(done, Math.max(0, at - Date.now())));

beforeAll(async () => {
  await newOrganisation({ org: operator });
  await publishVersion(database, firstVersion);
});

it("serves the file byte for byte", async () => {
  for (const path of ["/privacy.md", "/privacy/2025-10-26.md"]) {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    const bytes = await response.arrayBuffer();
    expect(bytes.byteLength).toBe(FIRST_BYTES);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    expect([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")).toBe(FIRST_SHA256);
  }
});

it("serves the version for programs, with exactly the fields of the contract", async () => {
  const response = await get("/privacy.json");
  expect(response.headers.get("content-type")).toBe("application/json");
  const json = await response.json<Record<string, unknown>>();
  const { markdown, sections, ...rest } = json;
  expect(rest).toEqual({
    version: "2025-10-26",
    title: "Privacy Policy",
    effective_at: "2025-10-25T18:30:00.000Z",
    last_updated: "2025-10-26",
    sha256: FIRST_SHA256,
    url: "https://callers360.localhost/privacy/2025-10-26",
  });
  expect(markdown).toBe(first);
  expect(sections).toHaveLength(11);
  expect(sections).toContainEqual({ id: "contact-us", number: "9", title: "Contact Us" });
  expect(await (await get("/privacy/2025-10-26.json")).json()).toEqual(json);
});

it("serves plain text", async () => {
  const response = await get("/privacy.txt");
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const text = await response.text();
  expect(text).toMatch(/^Privacy Policy\n=+\n\nLast Updated: October 26, 2025\n\nWelcome/);
  expect(text).toContain("\n- Right to Access: You have the right");
  expect(text).not.toContain("**");
});

it("serves a page without script that says when, what and by which hash", async () => {
  const response = await get("/privacy");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("link")).toBe('</privacy/history>; rel="version-history"');
  expect(response.headers.get("cache-control")).toMatch(/^public, max-age=(\d|[1-5]\d|60), must-revalidate$/);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const page = await response.text();
  expect(page).not.toMatch(/<script|<style| style=| on\w+=/i);
  expect(page.match(/<h1/g)).toHaveLength(1);
  expect(page).toContain('<html lang="en">');
  expect(page).toContain("Last Updated: October 26, 2025");
  expect(page).toContain('In force since <time datetime="2025-10-25T18:30:00.000Z">26 October 2025</time>');
  expect(page).toContain(FIRST_SHA256);
  expect(page).toContain('<link rel="canonical" href="https://callers360.localhost/privacy">');
  // Every entry of the contents list leads to a heading.
  const entries = [...page.matchAll(/<li><a href="#([^"]+)"/g)].map((match) => match[1]);
  expect(entries).toHaveLength(11);
  for (const id of entries) expect(page).toMatch(new RegExp(`<h[23] id="${id}"`));
});

it("answers 304 to a reader that has it, in each form by itself", async () => {
  const etags = new Set<string>();
  const paths = ["/privacy", "/privacy.md", "/privacy.json", "/privacy.txt", "/privacy/history"];
  const more = ["/privacy/history.json", "/privacy/feed.atom", "/privacy/feed.json", "/privacy/2025-10-26"];
  for (const path of [...paths, ...more]) {
    const etag = (await get(path)).headers.get("etag") ?? "";
    // A feed's is weak: the log's newest checkpoint stands in it and is no news.
    expect(etag, path).toMatch(path.includes("feed") ? /^W\/"[^"]+"$/ : /^"[^"]+"$/);
    etags.add(etag);
    for (const condition of [etag, `W/${etag.replace("W/", "")}`, `"other", ${etag}`, "*"]) {
      const again = await get(path, { "if-none-match": condition });
      expect(again.status, path).toBe(304);
      expect(again.headers.get("etag")).toBe(etag);
      expect(again.headers.get("cache-control")).toContain("public");
      expect(await again.text()).toBe("");
    }
    expect((await get(path, { "if-none-match": '"other"' })).status).toBe(200);
  }
  expect(etags.size).toBe(paths.length + more.length);
});

it("answers HEAD as GET, without the body", async () => {
  const response = await SELF.fetch("http://callers360.localhost/privacy.md", { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(response.headers.get("etag")).toBe((await get("/privacy.md")).headers.get("etag"));
  expect(await response.text()).toBe("");
});

it.each([
  "/privacy/2024-01-01",
  "/privacy/2024-01-01.md",
  "/privacy/2025-10-26.pdf",
  "/privacy/2025-10-26..2024-01-01",
  "/privacy/2025-10-26..2025-10-26..2025-10-26",
  "/privacy/%00",
  "/privacy/feed",
])("has no %s", async (path) => {
  const response = await get(path);
  expect(response.status).toBe(404);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
});

it("refuses another method", async () => {
  const response = await SELF.fetch("http://callers360.localhost/privacy", { method: "POST" });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, HEAD");
});

it("publishes the same version once, and never another text under its number", async () => {
  const [stored, again] = [
    await publishVersion(database, firstVersion),
    await publishVersion(database, { ...firstVersion, now: Date.now() + 1 }),
  ];
  expect(again).toEqual(stored);
  for (const other of [
    { markdown: `${first}\n` },
    { effectiveAt: firstVersion.effectiveAt + 1 },
    { reason: "Another" },
  ]) {
    await expect(publishVersion(database, { ...firstVersion, ...other })).rejects.toMatchObject({
      details: { status: 409 },
    });
  }
  await expect(
    publishVersion(database, { ...firstVersion, version: "a..b", markdown: "no title", reason: " " }),
  ).rejects.toMatchObject({
    details: {
      status: 422,
      errors: [{ pointer: "/reason" }, { pointer: "/markdown" }, { pointer: "/version" }],
    },
  });
});

it.each([
  "UPDATE policy_version SET markdown = 'other' WHERE org = ?1",
  "UPDATE policy_version SET sha256 = replace(sha256, 'a', 'b') WHERE org = ?1",
  "UPDATE policy_version SET effective_at = effective_at + 1 WHERE org = ?1",
  "UPDATE policy_version SET noticed_at = NULL WHERE org = ?1",
  "DELETE FROM policy_version WHERE org = ?1",
  "INSERT OR REPLACE INTO policy_version SELECT * FROM policy_version WHERE org = ?1",
])("does not let the database do: %s", async (sql) => {
  await expect(database.write([{ sql, args: [operator] }])).rejects.toThrow(/after its notice/);
  expect((await get("/privacy.md")).status).toBe(200);
});

it("keeps two organisations' policies apart", async () => {
  const other = await newOrganisation();
  await publishVersion(database, {
    ...firstVersion,
    org: other.org,
    markdown: "# Theirs\n\ntext",
    effectiveAt: Date.now() - 1000,
  });
  expect((await (await get("/privacy.json")).json<{ title: string }>()).title).toBe("Privacy Policy");
});

it("gives each version its leaf, once, and then the page is complete for ever", async () => {
  expect((await get("/privacy/2025-10-26")).headers.get("cache-control")).not.toContain("immutable");
  await appendPolicyLeaves(env);
  await appendPolicyLeaves(env);
  const [result] = await database.read([
    {
      sql: "SELECT CAST(bytes AS TEXT) AS bytes FROM leaf WHERE log = ?1 AND kind = 'policy'",
      args: [operator],
    },
  ]);
  // `xxd -r -p | base64` of the hash above.
  expect(result?.rows.map((row) => row.bytes)).toEqual([
    '{"kind":"policy","sha256":"qXRpO9VdWdhE+X+HrGT7HTbjfH4wrhPFzfw6JRYZwKk=","v":1}',
  ]);
  const response = await get("/privacy/2025-10-26");
  expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const receipt = `/log/${operator}/receipt/0.tlog-proof`;
  expect(await response.text()).toContain(`href="${receipt}"`);
  expect(await (await get(receipt)).text()).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
});

it("lets a second version take over at its instant, announced before", async () => {
  const noticedAt = Date.now() + 1000;
  const effectiveAt = noticedAt + 4000;
  await publishVersion(database, {
    ...firstVersion,
    version: SECOND,
    markdown: second,
    effectiveAt,
    noticedAt,
    class: "clarification",
    reason: "The contact details are in section 9 <b>now</b>.",
  });

  expect((await get(`/privacy/${SECOND}`)).status).toBe(404);
  expect((await get(`/privacy/2025-10-26..${SECOND}`)).status).toBe(404);
  expect(await (await get("/privacy/feed.atom")).text()).not.toContain(SECOND);

  await until(noticedAt);
  const announced = await get("/privacy");
  const seconds = Number(/max-age=(\d+)/.exec(announced.headers.get("cache-control") ?? "")?.[1]);
  expect(seconds).toBeLessThanOrEqual(3);
  const announcement = await announced.text();
  expect(announcement).toContain("A new version takes effect on");
  expect(announcement).toContain("section 9 &lt;b&gt;now&lt;/b&gt;.");
  expect(announcement).toContain(`href="/privacy/2025-10-26..${SECOND}"`);
  const scheduled = await get(`/privacy/${SECOND}`);
  expect(scheduled.status).toBe(200);
  expect(scheduled.headers.get("cache-control")).toMatch(/max-age=[0-3], must-revalidate$/);
  expect(await scheduled.text()).toContain("This version takes effect on");
  expect(await (await get(`/privacy/${SECOND}.txt`)).text()).toMatch(
    /^\[Not in force yet\. Takes effect on /,
  );
  const before = await Promise.all(
    ["/privacy", "/privacy.md", "/privacy.json", "/privacy/history", "/privacy/history.json"].map(
      async (path) => ({ path, etag: (await get(path)).headers.get("etag") }),
    ),
  );
  expect(await (await get("/privacy.md")).text()).toBe(first);
  expect(await (await get("/privacy/history.json")).json()).toMatchObject({
    versions: [
      {
        version: SECOND,
        status: "scheduled",
        class: "clarification",
        effective_at: new Date(effectiveAt).toISOString(),
      },
      { version: "2025-10-26", status: "in_force", sha256: FIRST_SHA256, log_index: 0, difference: null },
    ],
  });

  // As near as the test's own clock allows: an answer that came back before the instant is the old one.
  await until(effectiveAt - 250);
  const last = await (await get("/privacy.md")).text();
  expect(Date.now() >= effectiveAt || last === first).toBe(true);

  await until(effectiveAt);
  expect(await (await get("/privacy.md")).text()).toBe(second);
  for (const { path, etag } of before) {
    expect((await get(path, { "if-none-match": etag ?? "" })).status, path).toBe(200);
  }
  expect(await (await get("/privacy")).text()).toContain("Last Updated: November 24, 2026");
  expect(await (await get("/privacy.json")).json()).toMatchObject({
    version: SECOND,
    last_updated: "2026-11-24",
    effective_at: new Date(effectiveAt).toISOString(),
  });
  expect(await (await get("/privacy/history.json")).json()).toMatchObject({
    versions: [
      { version: SECOND, status: "in_force" },
      { version: "2025-10-26", status: "superseded" },
    ],
  });
  expect(await (await get("/privacy/history")).text()).toMatch(
    new RegExp(`${SECOND}[\\s\\S]*In force\\.[\\s\\S]*2025-10-26[\\s\\S]*No longer in force`),
  );
  expect(await (await get(`/privacy/${SECOND}`)).text()).not.toContain("takes effect on");
  expect((await get(`/privacy/${SECOND}.md`)).headers.get("cache-control")).toContain("immutable");
  expect(await (await get("/privacy/2025-10-26.md")).text()).toBe(first);
});

it("shows HTML in a policy as text", async () => {
  const page = await (await get("/privacy")).text();
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toContain("<script");
});

it("says what changed, word by word, by section, also in words", async () => {
  const response = await get(`/privacy/2025-10-26..${SECOND}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toContain("immutable");
  const page = await response.text();
  expect(page).toContain("3 sections changed");
  expect(page).toContain("<h2>5. Your Data Protection Rights</h2>");
  const plain = page.replaceAll(/<[^>]+>/g, "");
  expect(plain).toContain("details provided in Section [removed: 8] [added: 9] .");
  expect(plain).toContain("Last Updated: [removed: October 26, 2025] [added: November 24, 2026] ");
  expect(page).toMatch(/<del>.*8.*<\/del><ins>.*9.*<\/ins>/);
  expect(plain).toContain("Unchanged: 1. Information We Collect; ");
  const back = (await (await get(`/privacy/${SECOND}..2025-10-26`)).text()).replaceAll(/<[^>]+>/g, "");
  expect(back).toContain("details provided in Section [removed: 9] [added: 8] .");
  expect(await (await get(`/privacy/${SECOND}..${SECOND}`)).text()).toContain(
    "These two versions say the same.",
  );
});

it("tells of it in both feeds, with the change inside", async () => {
  const atom = await get("/privacy/feed.atom");
  expect(atom.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
  const xml = await atom.text();
  expect(xml).toMatch(/^<\?xml version="1\.0" encoding="utf-8"\?>\n<feed /);
  expect(xml.match(/<entry>/g)).toHaveLength(2);
  expect(xml).toContain(`<id>https://callers360.localhost/privacy/${SECOND}</id>`);
  expect(xml).toContain("Section &lt;del&gt;8&lt;/del&gt;&lt;ins&gt;9&lt;/ins&gt;.");
  expect(xml).not.toContain("<script");

  const feed = await get("/privacy/feed.json");
  expect(feed.headers.get("content-type")).toBe("application/feed+json; charset=utf-8");
  const json = await feed.json<{ version: string; items: { id: string; content_html: string }[] }>();
  expect(json.version).toBe("https://jsonfeed.org/version/1.1");
  expect(json.items.map((item) => item.id)).toEqual([
    `https://callers360.localhost/privacy/${SECOND}`,
    "https://callers360.localhost/privacy/2025-10-26",
  ]);
  expect(json.items[0]?.content_html).toContain("Section <del>8</del><ins>9</ins>.");
});
