import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../../db/client.ts";
import { startDatabaseServer } from "../../../db/dev-server/server.ts";
import { migrate } from "../../../db/migrate.ts";
import { claimDue } from "./claim.ts";
import { enqueueLetter } from "./enqueue-letter.ts";
import { expandOccasions } from "./expand.ts";
import { Journal } from "./journal.ts";
import { Pace } from "./pace.ts";
import { releaseLeases } from "./queries.ts";

/** A database of its own: the postman's questions go over all organisations. */

const HOUR = 3_600_000;
const settings = { authSecret: "a secret that only the tests know, 32+", operatorOrg: "org_operator" };
const folder = mkdtempSync(join(tmpdir(), "callers360-outbox-"));
let server: Awaited<ReturnType<typeof startDatabaseServer>>;
let database: Database;
let count = 0;
let own: { org: string };

beforeAll(async () => {
  server = await startDatabaseServer({ port: 0, dataFile: join(folder, "edge.db") });
  await migrate({ url: server.url });
  database = openDatabase({ url: server.url });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  count += 1;
  own = { org: `org_${count}` };
  await database.write([{ sql: "DELETE FROM outbox", args: [] }]);
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
    expect(await new Journal(database, "clm_other").begin(row)).toBe(false);
    const journal = new Journal(database, "clm_test");
    expect(await journal.begin(row)).toBe(true);
    journal.end({ ...row, state: "accepted", answer: "250 ok", dueAt: null, unsure: false });
    await journal.settled();
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
    await new Journal(database, "clm_test").begin(row);
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

test("somebody who is a member and on the list gets one letter", async () => {
  const userId = "usr_1";
  await database.write([
    {
      sql: "INSERT INTO organization (id, name, slug, created_at) VALUES (?1, 'Own', ?1, 1), ('org_other', 'Other', 'other', 1)",
      args: [own.org],
    },
    {
      sql: `INSERT INTO user (id, name, email, created_at, updated_at)
            VALUES ('usr_1', 'Asha', 'Asha@Example.com', 1, 1), ('usr_2', 'Ravi', 'r@other.example', 1, 1)`,
      args: [],
    },
    {
      sql: `INSERT INTO member (id, organization_id, user_id, role, created_at)
            VALUES ('m1', ?1, 'usr_1', 'owner', 1), ('m2', 'org_other', 'usr_2', 'owner', 1)`,
      args: [own.org],
    },
  ]);
  await database.write([
    {
      sql: `INSERT INTO subscription (org, id, list, email, language, state, asked_at, asked, created_at, confirmed_at, confirmed_idx)
            VALUES (?1, 'sub_1', 'policy', ?2, 'hi', 'confirmed', 1, 1, 1, 1, 0),
              (?1, 'sub_2', 'policy', 'ravi@example.com', 'hi', 'confirmed', 1, 1, 1, 1, 0),
              (?1, 'sub_3', 'newsletter', 'news@example.com', 'en', 'confirmed', 1, 1, 1, 1, 0),
              (?1, 'sub_4', 'policy', 'never@example.com', 'en', 'pending', 1, 1, 1, NULL, NULL)`,
      args: [own.org, "asha@example.com"],
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
