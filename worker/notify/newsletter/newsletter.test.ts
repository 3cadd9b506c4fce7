import { env, SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../db/client.ts";
import { newMember } from "../../../tests/workerd/live-page.ts";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { expandOccasions } from "../outbox/expand.ts";
import { beginRows, claimRows, readClaimedRows, readKeys } from "../outbox/queries.ts";

const HOST = "http://callers360.localhost";
const settings = settingsOf(env);
const database = openDatabase(settings.database);
const ISSUE = {
  id: "2026-12",
  subject: "December",
  markdown: "# News\n\nA [page](/privacy) <b>of ours</b>.\n",
};

let own: TestOrganisation;

beforeEach(async () => {
  own = await newOrganisation();
  await subscribe("reader_1", "newsletter", "confirmed");
  await subscribe("reader_2", "newsletter", "confirmed");
  await subscribe("asked_only", "newsletter", "pending");
  await subscribe("service", "policy", "confirmed");
  await newMember(own.org);
});

const subscribe = (name: string, list: string, state: string, id = `sub_${name}_${list}`) =>
  database.write([
    {
      sql: `INSERT INTO subscription (org, id, list, email, language, state, asked_at, asked, created_at, token_until, confirmed_at, confirmed_idx)
            VALUES (?1, ?2, ?3, ?4, 'en', ?5, 1, 1, 1, 9e15, 1, 0)`,
      args: [own.org, id, list, `${name}@asha.example`, state],
    },
  ]);

async function outbox() {
  const [found] = await database.read([
    {
      sql: "SELECT id, address, state, answer FROM outbox WHERE org = ?1 ORDER BY address",
      args: [own.org],
    },
  ]);
  return (found?.rows ?? []).map((row) => ({ ...row }));
}

async function api(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await SELF.fetch(`${HOST}/api/v1/newsletter${path}`, {
    method,
    headers: {
      ...("cookie" in headers ? {} : { authorization: `Bearer ${own.keys.manage}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json: Record<string, unknown> = await answer.json();
  return { status: answer.status, json };
}
const send = (issue: object) => api("POST", "/issues", issue);
const expand = () => expandOccasions(database, settings, Date.now() + 5000);

test("an issue goes to confirmed readers of that list, once, whoever else there is", async () => {
  expect(await send({ ...ISSUE, dry_run: true })).toMatchObject({
    status: 200,
    json: { readers: 2, dry_run: true },
  });
  expect((await api("GET", "/issues/2026-12")).status).toBe(404);
  expect(await send(ISSUE)).toMatchObject({ status: 201, json: { readers: 2, suppressed: 0 } });
  await expand();
  expect(await send(ISSUE)).toMatchObject({ status: 200, json: { readers: 0 } });
  await expand();
  expect((await outbox()).map(({ address }) => address)).toEqual([
    "reader_1@asha.example",
    "reader_2@asha.example",
  ]);
  // The same person again, by another subscription.
  await database.write([
    {
      sql: "UPDATE subscription SET state = 'withdrawn', email = NULL WHERE org = ?1 AND id = 'sub_reader_1_newsletter'",
      args: [own.org],
    },
    { sql: "UPDATE mail_occasion SET phase = 'readers', after = '' WHERE org = ?1", args: [own.org] },
  ]);
  await subscribe("reader_1", "newsletter", "confirmed", "sub_again");
  await expand();
  expect(await outbox()).toHaveLength(2);
  expect(await api("GET", "/issues/2026-12")).toMatchObject({
    status: 200,
    json: { subject: "December", addressed: true, cancelled_at: null, letters: { queued: 2, accepted: 0 } },
  });
  expect((await send({ ...ISSUE, subject: "Other" })).status).toBe(409);
  expect((await send({ ...ISSUE, subject: "Other", dry_run: true })).status).toBe(409);
});

test("whoever leaves before their letter goes gets none, even after it was claimed, and its row says so", async () => {
  await send(ISSUE);
  await expand();
  const leave = (name: string) =>
    database.write([
      {
        sql: "UPDATE subscription SET state = 'withdrawn', email = NULL WHERE org = ?1 AND id = ?2",
        args: [own.org, `sub_${name}_newsletter`],
      },
    ]);
  await leave("reader_1");
  const now = Date.now();
  // Only these rows: the database is other tests' too.
  const claimAll = async (claim: string) => {
    const keys = (await outbox()).map(({ id }) => ({ org: own.org, id: String(id) }));
    const results = await database.write(claimRows(keys, claim, now + 60_000, now));
    return readClaimedRows(results[2]);
  };
  const claimed = await claimAll("clm_a");
  expect(claimed.map(({ person }) => person)).toEqual(["sub_reader_2_newsletter"]);
  await leave("reader_2");
  const [begun] = await database.write([beginRows(claimed, "clm_a", now + 60_000)]);
  expect(readKeys(begun)).toEqual([]);
  await database.write([
    {
      sql: "UPDATE outbox SET state = 'queued', claim = NULL, lease_until = NULL WHERE org = ?1 AND state = 'claimed'",
      args: [own.org],
    },
  ]);
  expect(await claimAll("clm_b")).toEqual([]);
  expect(await outbox()).toMatchObject([
    { state: "withdrawn", answer: "left the list before it was sent" },
    { state: "withdrawn", answer: "left the list before it was sent" },
  ]);
});

test("an issue that is stopped goes to nobody else", async () => {
  await send(ISSUE);
  await expand();
  expect(await api("POST", "/issues/2026-12/cancel")).toMatchObject({
    status: 200,
    json: { cancelled_at: expect.any(String) },
  });
  const keys = (await outbox()).map(({ id }) => ({ org: own.org, id: String(id) }));
  const results = await database.write(claimRows(keys, "clm_c", Date.now() + 60_000, Date.now()));
  expect(readClaimedRows(results[2])).toEqual([]);
  expect((await outbox()).map(({ state }) => state)).toEqual(["withdrawn", "withdrawn"]);
  expect((await api("POST", "/issues/other/cancel")).status).toBe(404);
});

test("a test goes to oneself, or to a member by address, and to nobody else", async () => {
  const { id: _, ...texts } = ISSUE;
  const { cookie } = await newMember(own.org, "admin", `usr_${own.org}`);
  const mine = await api("POST", "/tests", texts, { cookie, origin: HOST });
  expect(mine).toMatchObject({ status: 202, json: { to: `usr_${own.org}@example.org` } });
  expect((await api("POST", "/tests", { ...texts, to: `USR_${own.org}@example.org` })).status).toBe(202);
  for (const to of [undefined, "reader_1@asha.example", "none"]) {
    const refused = await api("POST", "/tests", { ...texts, to });
    expect([refused.status, refused.json.errors], String(to)).toMatchObject([422, [{ pointer: "/to" }]]);
  }
  expect((await outbox()).map(({ address }) => address)).toEqual(Array(2).fill(`usr_${own.org}@example.org`));
});

test("bad issues name the field, and a reader's key sends nothing", async () => {
  for (const [bad, pointer] of [
    [{ subject: "a\r\nBcc: x@y.example" }, "/subject"],
    [{ markdown: " " }, "/markdown"],
    [{ id: "a b" }, "/id"],
    [{ language: "not one" }, "/language"],
    [{ translations: { hi: { subject: "" } } }, "/translations/hi/subject"],
    [{ list: "policy" }, "/list"],
  ] as const) {
    const answer = await send({ ...ISSUE, ...bad });
    expect([answer.status, answer.json.errors], pointer).toMatchObject([
      422,
      expect.arrayContaining([expect.objectContaining({ pointer })]),
    ]);
  }
  expect((await api("POST", "/issues", ISSUE, { authorization: `Bearer ${own.keys.read}` })).status).toBe(
    403,
  );
});
