import { env, SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { enqueueLetter } from "./enqueue-letter.ts";

const HOST = "http://callers360.localhost";
const settings = settingsOf(env);
const database = openDatabase(settings.database);

let own: TestOrganisation;

beforeEach(async () => {
  own = await newOrganisation();
});

async function rows(sql: string, ...args: (string | number)[]) {
  const [found] = await database.read([{ sql, args: [own.org, ...args] }]);
  return (found?.rows ?? []).map((row) => ({ ...row }));
}
async function enqueue(address: string, occasion = "test/1", now = Date.now()) {
  const words = {
    subject: "Hello",
    paragraphs: ["One."],
    link: { label: "Go", path: "/go?token=topsecret" },
  };
  const letter = { org: own.org, occasion, person: "usr_1", address, language: "en", words };
  await database.write([await enqueueLetter(settings, letter, now)]);
}

const api = (method: string, path: string, key = own.keys.manage) =>
  SELF.fetch(`${HOST}${path}`, { method, headers: { authorization: `Bearer ${key}` } });

test("the outbox is its organisation's managers', page by page, and what did not arrive can be retried", async () => {
  for (let n = 0; n < 3; n += 1) await enqueue(`p${n}@example.com`);
  await database.write([
    { sql: "UPDATE outbox SET state = 'dead', attempts = 12, done_at = 1 WHERE org = ?1", args: [own.org] },
  ]);
  expect((await api("GET", "/api/v1/outbox", own.keys.read)).status).toBe(403);
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = `?state=dead&limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const page: { mails: { id: string; address: string }[]; next_cursor: string | null; counts: object } =
      await (await api("GET", `/api/v1/outbox${query}`)).json();
    expect(page.counts).toEqual({ dead: 3 });
    seen.push(...page.mails.map(({ address }) => address));
    cursor = page.next_cursor;
  }
  expect(seen.sort()).toEqual(["p0@example.com", "p1@example.com", "p2@example.com"]);
  expect(await (await api("GET", "/api/v1/outbox?occasion=test/1&limit=1")).json()).toMatchObject({
    mails: [{ occasion: "test/1" }],
    next_cursor: expect.any(String),
  });
  expect(await (await api("GET", "/api/v1/outbox?occasion=test/2")).json()).toMatchObject({ mails: [] });
  for (const query of ["state=lost", "cursor=x", "limit=0", "other=1"]) {
    expect((await api("GET", `/api/v1/outbox?${query}`)).status, query).toBe(422);
  }
  const [row] = await rows("SELECT id FROM outbox WHERE org = ?1 LIMIT 1");
  const other = await newOrganisation();
  expect((await api("POST", `/api/v1/outbox/${row?.id}/retry`, other.keys.manage)).status).toBe(404);
  const retried = await api("POST", `/api/v1/outbox/${row?.id}/retry`);
  expect([retried.status, await retried.json()]).toMatchObject([200, { state: "queued", attempts: 0 }]);
  expect((await api("POST", `/api/v1/outbox/${row?.id}/retry`)).status).toBe(409);
  expect(
    await rows("SELECT action, target FROM audit_log WHERE org = ?1 AND action = 'outbox.retry'"),
  ).toEqual([{ action: "outbox.retry", target: row?.id }]);
});

test("the newest come first whatever became of them, and counting ends at 10,000 a state", async () => {
  await database.write([
    {
      sql: `INSERT INTO outbox (org, id, occasion, person, address, domain, language, state, due_at, created_at)
            WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10002)
            SELECT ?1, printf('mail_%032x', n), 'test/many', 'usr_' || n, 'p' || n || '@example.com', 'example.com', 'en',
              CASE WHEN n = 10001 THEN 'dead' ELSE 'withdrawn' END, 1, n FROM s`,
      args: [own.org],
    },
  ]);
  const page: { mails: { person: string; state: string }[]; counts: object } = await (
    await api("GET", "/api/v1/outbox?limit=3")
  ).json();
  expect(page.mails.map(({ person, state }) => [person, state])).toEqual([
    ["usr_10002", "withdrawn"],
    ["usr_10001", "dead"],
    ["usr_10000", "withdrawn"],
  ]);
  expect(page.counts).toEqual({ dead: 1, withdrawn: 10_000 });
});

test("a suppressed address is lifted once, by its organisation, with its line in the audit log", async () => {
  await database.write([
    {
      sql: "INSERT INTO mail_suppression (org, address, since, answer) VALUES (?1, 'gone@example.com', 1, '550 no')",
      args: [own.org],
    },
  ]);
  expect(await (await api("GET", "/api/v1/suppressions")).json()).toEqual({
    suppressions: [{ address: "gone@example.com", since: "1970-01-01T00:00:00.001Z", answer: "550 no" }],
  });
  const path = "/api/v1/suppressions/gone@example.com";
  expect((await api("DELETE", path, (await newOrganisation()).keys.manage)).status).toBe(404);
  expect((await api("DELETE", path)).status).toBe(204);
  expect((await api("DELETE", path)).status).toBe(404);
  expect((await api("DELETE", "/api/v1/suppressions/nobody")).status).toBe(422);
  expect(await rows("SELECT target FROM audit_log WHERE org = ?1 AND action = 'suppression.lift'")).toEqual([
    { target: "@example.com" },
  ]);
});

test("a notice of another kind is told once, in words for every reader", async () => {
  const tell = async (body: unknown) => {
    const answer = await SELF.fetch(`${HOST}/api/v1/notices`, {
      method: "POST",
      headers: { authorization: `Bearer ${own.keys.manage}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.status;
  };
  const words = { en: { subject: "A new provider", paragraphs: ["From January on."] } };
  const notice = { id: "provider-1", kind: "provider_added", words };
  expect(await tell(notice)).toBe(201);
  expect(await tell(notice)).toBe(200);
  expect(await tell({ ...notice, words: { en: { ...words.en, subject: "Another" } } })).toBe(409);
  for (const wrong of [
    { ...notice, kind: "party" },
    { ...notice, words: { hi: words.en } },
    { ...notice, words: { en: { ...words.en, subject: "a\r\nBcc: b@c.example" } } },
    { ...notice, words: { en: { ...words.en, link: { label: "x", path: "//evil.example" } } } },
    { ...notice, words: { en: { ...words.en, link: { label: "x", path: "https://evil.example" } } } },
  ]) {
    expect(await tell(wrong), JSON.stringify(wrong)).toBe(422);
  }
  expect(await rows("SELECT id, kind FROM mail_occasion WHERE org = ?1")).toEqual([
    { id: "notice/provider-1", kind: "provider_added" },
  ]);
});
