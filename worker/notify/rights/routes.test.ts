import { env, SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { recordSubscriptions } from "../subscriptions/record.ts";

const HOST = "http://callers360.localhost";
const database = openDatabase(settingsOf(env).database);
const EMAIL = "asha@asha.example";

let own: TestOrganisation;
beforeEach(async () => {
  own = await newOrganisation();
});

async function api(method: string, path: string, body?: object, key = own.keys.manage) {
  const answer = await SELF.fetch(`${HOST}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === "" ? null : JSON.parse(text) };
}

async function subscribed(id: string, list = "newsletter") {
  await database.write([
    {
      sql: `INSERT INTO subscription (org, id, list, email, language, state, asked_at, asked, created_at, confirmed_at)
            VALUES (?1, ?2, ?3, ?4, 'en', 'confirmed', 1, 1, 1, ?5)`,
      args: [own.org, id, list, EMAIL, Date.now()],
    },
  ]);
  await recordSubscriptions(env, { org: own.org, id });
}

test("access shows what is kept, and opens the leaves; erasure ends it", async () => {
  const id = `sub_${crypto.randomUUID()}`;
  await subscribed(id);
  const { status, json } = await api("POST", "/rights/access", { email: ` ${EMAIL.toUpperCase()}` });
  expect([status, json]).toMatchObject([
    200,
    { subscriptions: [{ id, list: "newsletter", state: "confirmed" }], letters: [], suppression: null },
  ]);
  const [{ record, salt, receipt }] = json.records;
  const salted = Uint8Array.from(salt.match(/../g), (byte: string) => Number.parseInt(byte, 16));
  const opened = new Uint8Array([...salted, ...new TextEncoder().encode(record)]);
  const commitment = btoa(
    String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", opened))),
  );
  const [leaf] = await database.read([
    {
      sql: "SELECT CAST(bytes AS TEXT) AS entry FROM leaf WHERE log = ?1 AND kind = 'subscription'",
      args: [own.log],
    },
  ]);
  expect(leaf?.rows[0]?.entry).toContain(`"commitment":"${commitment}"`);
  expect(receipt).toMatch(/^\/log\/.+\.tlog-proof$/);

  const erased = await api("POST", "/rights/erasures", { kind: "address", email: EMAIL });
  expect(erased).toMatchObject({ status: 202, json: { kind: "address", mode: null } });
  await expect
    .poll(async () => (await api("GET", `/rights/erasures/${erased.json.id}`)).json.state, {
      timeout: 20_000,
    })
    .toBe("done");
  expect((await api("POST", "/rights/access", { email: EMAIL })).json).toEqual({
    subscriptions: [],
    records: [],
    letters: [],
    suppression: null,
  });
  const other = await newOrganisation();
  expect((await api("GET", `/rights/erasures/${erased.json.id}`, undefined, other.keys.manage)).status).toBe(
    404,
  );
});

test("who objects is on no list and is not written to; coming back after an erasure does not lift it", async () => {
  await subscribed(`sub_${crypto.randomUUID()}`);
  await subscribed(`sub_${crypto.randomUUID()}`, "policy");
  expect((await api("POST", "/rights/objections", { email: EMAIL })).json).toEqual({ lists: 2 });
  const suppressed = async () =>
    (await api("GET", "/suppressions")).json.suppressions.map(({ address }: { address: string }) => address);
  expect(await suppressed()).toEqual([EMAIL]);
  expect((await api("POST", "/rights/objections", { email: EMAIL })).json).toEqual({ lists: 0 });
  await api("POST", "/rights/erasures", { kind: "address", email: EMAIL });
  expect(await suppressed()).toEqual([]);
  await SELF.fetch(`${HOST}/api/v1/newsletter/subscriptions`, {
    method: "POST",
    headers: { "content-type": "application/json", "cf-connecting-ip": "203.0.113.77" },
    body: JSON.stringify({ email: EMAIL, org: own.org }),
  });
  await expect.poll(suppressed, { timeout: 20_000 }).toEqual([EMAIL]);
});

test("bad requests name the field, and only managers ask", async () => {
  for (const path of ["/rights/access", "/rights/objections"]) {
    expect(await api("POST", path, { email: "none" })).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: "/email" }] },
    });
    expect((await api("POST", path, { email: EMAIL }, own.keys.read)).status).toBe(403);
  }
  expect((await api("POST", "/rights/erasures", { kind: "address" })).status).toBe(422);
  expect((await api("GET", "/rights/erasures/era_none")).status).toBe(404);
});
