import { env, SELF } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../../db/client.ts";
import { newMember } from "../../../tests/workerd/live-page.ts";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { claimDue } from "./claim.ts";
import { enqueueLetter } from "./enqueue-letter.ts";
import { Journal } from "./journal.ts";
import { Pace } from "./pace.ts";
import { releaseLeases } from "./queries.ts";

const HOST = "http://callers360.localhost";
const settings = settingsOf(env);
const database = openDatabase(settings.database);
const HOUR = 3_600_000;

let own: TestOrganisation;

beforeEach(async () => {
  own = await newOrganisation();
});

async function rows(sql: string, ...args: (string | number)[]) {
  const [found] = await database.read([{ sql, args: [own.org, ...args] }]);
  return (found?.rows ?? []).map((row) => ({ ...row }));
}
const states = async () =>
  (await rows("SELECT state FROM outbox WHERE org = ?1 ORDER BY address")).map(({ state }) => state);

async function enqueue(address: string, occasion = "test/1", now = Date.now()) {
  const words = {
    subject: "Hello",
    paragraphs: ["One."],
    link: { label: "Go", path: "/go?token=topsecret" },
  };
  const letter = { org: own.org, occasion, person: "usr_1", address, language: "en", words };
  await database.write([await enqueueLetter(settings, letter, now)]);
}

/** What the postman claims of this organisation at a moment. */
async function claim(now: number, pace = new Pace(600_000), name = "clm_test") {
  const mine = [];
  for (let look = 0; look < 50; look += 1) {
    const { rows: claimed, found } = await claimDue(database, pace, name, now);
    mine.push(...claimed.filter(({ org }) => org === own.org));
    if (!found) break;
  }
  return mine;
}

const api = (method: string, path: string, key = own.keys.manage) =>
  SELF.fetch(`${HOST}${path}`, { method, headers: { authorization: `Bearer ${key}` } });

test("an address is written to once for an occasion, in whatever case it is spelt", async () => {
  await enqueue("Asha@Example.com");
  await enqueue("asha@example.com");
  await enqueue("asha@example.com", "test/2");
  expect(await rows("SELECT address, domain, occasion FROM outbox WHERE org = ?1 ORDER BY occasion")).toEqual(
    [
      { address: "asha@example.com", domain: "example.com", occasion: "test/1" },
      { address: "asha@example.com", domain: "example.com", occasion: "test/2" },
    ],
  );
});

test("what would begin a header is no address; a link's secret is in no table in clear", async () => {
  for (const address of [
    "a@b.example\r\nBcc: c@d.example",
    "a b@c.example",
    "a@b@c.example",
    "<a@b.example>",
  ]) {
    await expect(enqueue(address)).rejects.toThrow(RangeError);
  }
  await enqueue("asha@example.com");
  const [row] = await rows("SELECT hex(letter) AS letter FROM outbox WHERE org = ?1");
  const hex = Array.from(new TextEncoder().encode("topsecret"), (b) => b.toString(16))
    .join("")
    .toUpperCase();
  expect(String(row?.letter)).not.toContain(hex);
  expect(String(row?.letter).length).toBeGreaterThan(100);
});

describe("a claim", () => {
  test("is one postman's, and begins a letter only while it is", async () => {
    await enqueue("asha@example.com");
    const now = Date.now();
    const [row] = await claim(now);
    expect(row).toMatchObject({ address: "asha@example.com", attempts: 0 });
    expect(await claim(now, undefined, "clm_other")).toEqual([]);
    if (row === undefined) throw new Error("nothing was claimed");
    expect(await new Journal(database, "clm_other").step(null, row)).toBe(false);
    const journal = new Journal(database, "clm_test");
    expect(await journal.step(null, row)).toBe(true);
    await journal.step({ ...row, state: "accepted", answer: "250 ok", dueAt: null, unsure: false }, null);
    expect(await rows("SELECT state, attempts, unsure, answer, letter FROM outbox WHERE org = ?1")).toEqual([
      { state: "accepted", attempts: 1, unsure: 0, answer: "250 ok", letter: null },
    ]);
  });

  test("that ran out is given on: what was begun counts as unsure, what was not does not", async () => {
    await enqueue("a@example.com");
    await enqueue("b@example.com");
    const now = Date.now();
    const [row] = await claim(now);
    if (row === undefined) throw new Error("nothing was claimed");
    await new Journal(database, "clm_test").step(null, row);
    await database.write([releaseLeases(now + 60_000, 120_000)]);
    expect(await states()).toEqual(["claimed", "claimed"]);
    await database.write([releaseLeases(now + 10 * 60_000, 120_000)]);
    expect(await rows("SELECT state, attempts, unsure FROM outbox WHERE org = ?1 ORDER BY attempts")).toEqual(
      [
        { state: "queued", attempts: 0, unsure: 0 },
        { state: "queued", attempts: 1, unsure: 1 },
      ],
    );
  });

  test("survives a clock that goes back: nothing waits for a time that does not come", async () => {
    const ahead = Date.now() + 40 * 24 * HOUR;
    await enqueue("a@example.com", "test/1", ahead);
    await claim(ahead + 1);
    expect(await states()).toEqual(["claimed"]);
    // The clock is put right: the lease would have lasted 40 days.
    await database.write([releaseLeases(Date.now(), 120_000)]);
    expect(await states()).toEqual(["queued"]);
    expect(await claim(Date.now())).toHaveLength(1);
  });

  test("of many to one domain is a few, the others get places one after the other", async () => {
    const now = Date.now();
    for (let n = 0; n < 5; n += 1) await enqueue(`p${n}@paced.example`, "test/1", now);
    const pace = new Pace(20); // two at once, then one every three seconds
    expect(await claim(now + 1, pace)).toHaveLength(2);
    const places = await rows(
      "SELECT due_at, paced FROM outbox WHERE org = ?1 AND state = 'queued' ORDER BY due_at",
    );
    expect(places.map(({ due_at, paced }) => [Number(due_at) - now - 1, paced])).toEqual([
      [3000, 1],
      [6000, 1],
      [9000, 1],
    ]);
    expect(await claim(now + 3500, pace)).toHaveLength(1);
  });

  test("leaves out who is suppressed, and who left the list", async () => {
    await enqueue("gone@example.com");
    await database.write([
      {
        sql: "INSERT INTO mail_suppression (org, address, since, answer) VALUES (?1, 'gone@example.com', 1, '550')",
        args: [own.org],
      },
      {
        sql: `INSERT INTO outbox (org, id, occasion, person, address, domain, language, state, due_at, created_at)
              VALUES (?1, 'mail_x', 'test/2', 'sub_left', 'left@example.com', 'example.com', 'en', 'queued', 1, 1)`,
        args: [own.org],
      },
    ]);
    expect(await claim(Date.now())).toEqual([]);
    expect(await states()).toEqual(["suppressed", "withdrawn"]);
  });
});

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

test("somebody who is a member and on the list gets one letter", async () => {
  const { userId } = await newMember(own.org).then(async (member) => {
    const [found] = await rows("SELECT user_id FROM member WHERE organization_id = ?1");
    return { ...member, userId: String(found?.user_id) };
  });
  const [user] = await rows("SELECT email FROM user WHERE id = ?2", userId);
  const { expandOccasions } = await import("./expand.ts");
  await database.write([
    {
      sql: `INSERT INTO subscription (org, id, list, email, language, state, asked_at, asked, created_at, confirmed_at, confirmed_idx)
            VALUES (?1, 'sub_1', 'policy', ?2, 'hi', 'confirmed', 1, 1, 1, 1, 0),
              (?1, 'sub_2', 'policy', 'ravi@example.com', 'hi', 'confirmed', 1, 1, 1, 1, 0),
              (?1, 'sub_3', 'newsletter', 'news@example.com', 'en', 'confirmed', 1, 1, 1, 1, 0),
              (?1, 'sub_4', 'policy', 'never@example.com', 'en', 'pending', 1, 1, 1, NULL, NULL)`,
      args: [own.org, String(user?.email).toLowerCase()],
    },
    {
      sql: "INSERT INTO mail_occasion (org, id, kind, words, phase, created_at) VALUES (?1, 'notice/1', 'breach', '{}', 'members', 1)",
      args: [own.org],
    },
  ]);
  await expandOccasions(database, settings, Date.now() + 5000);
  await expandOccasions(database, settings, Date.now() + 5000);
  expect(await rows("SELECT person, language FROM outbox WHERE org = ?1 ORDER BY person")).toEqual([
    { person: "sub_2", language: "hi" },
    { person: userId, language: "en" },
  ]);
  expect(await rows("SELECT phase FROM mail_occasion WHERE org = ?1")).toEqual([{ phase: "done" }]);
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
