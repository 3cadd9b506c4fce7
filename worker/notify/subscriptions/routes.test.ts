import { env, SELF } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { unseal } from "../outbox/seal.ts";
import { retainSubscriptions } from "../rights/retain.ts";
import { recordSubscriptions } from "./record.ts";
import { wayOut } from "./way-out.ts";

const HOST = "http://callers360.localhost";
const { authSecret, ...settings } = settingsOf(env);
const database = openDatabase(settings.database);

let own: TestOrganisation;
beforeAll(async () => {
  own = await newOrganisation();
});

let count = 0;
/** Every request from another place: the limits for one are tried in a test of their own. */
const elsewhere = () => ({ "cf-connecting-ip": `198.51.100.${++count}` });
const newEmail = () => `asha${++count}.${crypto.randomUUID().slice(0, 8)}@asha.example`;

const ask = (body: object, path = "/api/v1/policy/subscriptions") =>
  SELF.fetch(HOST + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...elsewhere() },
    body: JSON.stringify({ org: own.org, ...body }),
  });

async function rows(sql: string, ...args: string[]): Promise<Record<string, unknown>[]> {
  const [result] = await database.read([{ sql, args }]);
  return (result?.rows ?? []).map((row) => ({ ...row }));
}

/** The letters to an address, opened, oldest first. */
async function lettersTo(address: string): Promise<{ id: string; path: string; subject: string }[]> {
  const found = await rows(
    "SELECT id, person, letter FROM outbox WHERE org = ?1 AND address = ?2 ORDER BY created_at",
    own.org,
    address,
  );
  return Promise.all(
    found.map(async ({ id, person, letter }) => {
      if (!(letter instanceof ArrayBuffer)) throw new Error("no letter");
      const words = JSON.parse(await unseal(authSecret, String(id), new Uint8Array(letter)));
      return { id: String(person), path: words.link.path, subject: words.subject };
    }),
  );
}

async function confirmationOf(email: string) {
  await expect.poll(() => lettersTo(email)).not.toEqual([]);
  const letter = (await lettersTo(email)).at(-1);
  if (letter === undefined) throw new Error("no letter");
  return letter;
}

const stateOf = (id: string) =>
  rows("SELECT state, email FROM subscription WHERE org = ?1 AND id = ?2", own.org, id);
const recordsOf = (id: string) =>
  rows(
    "SELECT record, salt, idx FROM personal_record WHERE org = ?1 AND subject = ?2 ORDER BY idx",
    own.org,
    id,
  );
const get = (path: string) => SELF.fetch(HOST + path, { redirect: "manual" });
const post = (
  path: string,
  body = "List-Unsubscribe=One-Click",
  type = "application/x-www-form-urlencoded",
) =>
  SELF.fetch(HOST + path, {
    method: "POST",
    headers: { "content-type": type, ...elsewhere() },
    body,
    redirect: "manual",
  });

test("an address is on the list once its button was pressed, and off with one click, each a record", async () => {
  const email = newEmail();
  const asked = await ask({ email: ` ${email.toUpperCase()} `, language: "hi" });
  expect([asked.status, await asked.json()]).toEqual([202, {}]);
  const { id, path, subject } = await confirmationOf(email);
  expect(subject).toContain("कृपया पुष्टि करें");

  // Link scanners open every link, as often as they like.
  for (let n = 0; n < 3; n += 1) expect((await get(path)).status).toBe(200);
  expect((await get(path)).headers.get("cache-control")).toBe("no-store");
  expect(await stateOf(id)).toEqual([{ state: "pending", email }]);
  expect((await post(path)).status).toBe(200);
  expect((await post(path)).status).toBe(200);
  expect(await stateOf(id)).toEqual([{ state: "confirmed", email }]);

  const out = await wayOut(authSecret, { org: own.org, id });
  for (let n = 0; n < 3; n += 1) expect((await get(out)).status).toBe(200);
  expect(await stateOf(id)).toEqual([{ state: "confirmed", email }]);
  await expect.poll(async () => (await recordsOf(id)).length).toBe(1);
  // RFC 8058, section 3.2: no cookie, no redirect, one POST; multipart is allowed too.
  const left = await post(
    out,
    '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    "multipart/form-data; boundary=b",
  );
  expect(left.status).toBe(200);
  expect(left.headers.get("set-cookie")).toBeNull();
  expect((await post(out)).status).toBe(200);
  expect(await stateOf(id)).toEqual([{ state: "withdrawn", email: null }]);
  expect((await post(path)).status).toBe(404);

  await expect.poll(async () => (await recordsOf(id)).length).toBe(2);
  await recordSubscriptions(env);
  const records = (await recordsOf(id)).map(({ record }) => JSON.parse(String(record)));
  expect(records.map(({ action }) => action)).toEqual(["confirm", "withdraw"]);
  expect(records[0]).toMatchObject({ kind: "subscription", list: "policy", subscription: id, v: 1 });
  expect(JSON.stringify(records)).not.toContain(email);
  const leaves = await rows("SELECT kind FROM leaf WHERE log = ?1 AND kind = 'subscription'", own.log);
  expect(leaves.length).toBe(2);
});

test("what is known of an address shows nowhere, and nobody's mailbox is filled", async () => {
  const email = newEmail();
  const answers = [];
  for (let n = 0; n < 3; n += 1) answers.push(await ask({ email, language: "en" }));
  const { path } = await confirmationOf(email);
  await post(path);
  answers.push(await ask({ email, language: "en" }), await ask({ email: newEmail() }));
  answers.push(await ask({ email: newEmail(), org: "org_unknown" }));
  const shown = await Promise.all(
    answers.map(async (answer) => [answer.status, await answer.text(), [...answer.headers].join("\n")]),
  );
  expect(new Set(shown.map(String)).size).toBe(1);
  // Three wishes within ten minutes are one letter, and a confirmed address gets none.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await lettersTo(email)).toHaveLength(1);
});

test("the newsletter is another list: joining one is joining one, leaving one is leaving one", async () => {
  const email = newEmail();
  await ask({ email });
  await expect.poll(() => lettersTo(email)).toHaveLength(1);
  await ask({ email }, "/api/v1/newsletter/subscriptions");
  await expect.poll(() => lettersTo(email)).toHaveLength(2);
  const letters = await lettersTo(email);
  for (const { path } of letters) expect((await post(path)).status).toBe(200);
  const newsletter = letters.find(({ subject }) => subject.includes("Newsletter"));
  if (newsletter === undefined) throw new Error("no letter about the newsletter");
  expect((await post(await wayOut(authSecret, { org: own.org, id: newsletter.id }))).status).toBe(200);
  expect(
    await rows(
      "SELECT list, state FROM subscription WHERE org = ?1 AND id IN (?2, ?3) ORDER BY list",
      own.org,
      ...letters.map(({ id }) => id),
    ),
  ).toEqual([
    { list: "newsletter", state: "withdrawn" },
    { list: "policy", state: "confirmed" },
  ]);
});

test("a link that expired, was altered, or is another's does nothing", async () => {
  const email = newEmail();
  await ask({ email });
  const { id, path } = await confirmationOf(email);
  const altered = path.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  expect((await get(altered)).status).toBe(404);
  expect((await post(altered)).status).toBe(404);
  expect((await post(path.replace(own.org, "org_other"))).status).toBe(404);
  expect((await post(`/subscriptions/${own.org}/${id}/leave?token=${"A".repeat(43)}`)).status).toBe(404);
  expect((await post(`/subscriptions/${own.org}/${id}/confirm?token=short`)).status).toBe(422);
  await database.write([
    { sql: "UPDATE subscription SET token_until = ?2 WHERE id = ?1", args: [id, Date.now() - 1] },
  ]);
  expect((await post(path)).status).toBe(404);
  await retainSubscriptions(env);
  expect(await stateOf(id)).toEqual([]);
});

test("a record that the log could not take follows with the cron", async () => {
  const email = newEmail();
  await ask({ email });
  const { id, path } = await confirmationOf(email);
  await post(path);
  await expect.poll(async () => (await recordsOf(id)).length).toBe(1);
  // As if the worker had died between the decision and its record.
  await database.write([
    { sql: "DELETE FROM personal_record WHERE subject = ?1", args: [id] },
    { sql: "UPDATE subscription SET confirmed_idx = NULL WHERE id = ?1", args: [id] },
  ]);
  await recordSubscriptions(env);
  expect(await recordsOf(id)).toHaveLength(1);
});

test("bad wishes name the field", async () => {
  for (const email of [
    "",
    "asha",
    "a b@asha.example",
    "a@b\r\nBcc: x@y.example",
    `${"a".repeat(65)}@asha.example`,
    7,
  ]) {
    const answer = await ask({ email, language: "en" });
    expect(answer.status, String(email)).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: "/email" }] });
  }
  expect((await ask({ email: newEmail(), language: "not a language" })).status).toBe(422);
  expect((await ask({ email: newEmail(), newsletter: true })).status).toBe(422);
});

test("the form works without script, and says what is wrong", async () => {
  const form = await get(`/subscribe/policy?org=${own.org}`).then((r) => r.text());
  expect(form).toContain('<form method="post"');
  expect(form).not.toContain("<script");
  const email = newEmail();
  const asked = await post(`/subscribe/policy?org=${own.org}`, new URLSearchParams({ email }).toString());
  expect(asked.status).toBe(202);
  await expect.poll(() => lettersTo(email)).toHaveLength(1);
  const wrong = await post(`/subscribe/policy?org=${own.org}`, "email=%3Cscript%3E");
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain('value="&lt;script&gt;"');
  expect((await get("/subscribe/other")).status).toBe(404);
});

test("letters and pages are in the reader's language: the one that was chosen, or the browser's", async () => {
  const page = (path: string, language: string) =>
    SELF.fetch(HOST + path, { headers: { "accept-language": language } }).then((r) => r.text());
  const urdu = await page(`/subscribe/newsletter?org=${own.org}`, "ur-PK, en;q=0.5");
  expect(urdu).toContain('<html lang="ur" dir="rtl">');
  expect(urdu).toContain('<span lang="ur" aria-current="true">اردو</span>');
  // Machine-drafted, and says so.
  expect(urdu).toContain("مشینی ترجمہ، ابھی جانچا نہیں گیا۔");
  expect(await page(`/subscribe/policy?org=${own.org}&lang=de`, "ur")).toContain(
    '<html lang="de" dir="ltr">',
  );
  expect(await page(`/subscribe/policy?org=${own.org}`, "ta")).toContain('<html lang="en" dir="ltr">');

  const email = newEmail();
  const form = `/subscribe/newsletter?org=${own.org}&lang=pl`;
  const wrong = await post(form, "email=none");
  expect([wrong.status, await wrong.text()]).toEqual([
    422,
    expect.stringContaining("To nie jest adres e-mail"),
  ]);
  await post(form, new URLSearchParams({ email }).toString());
  const { id, path, subject } = await confirmationOf(email);
  expect(subject).toContain("Prosimy o potwierdzenie: Biuletyn");
  // Whatever the browser speaks now.
  expect(await page(path, "fr")).toContain("Tak, zapiszcie mnie");
  expect(await post(path).then((r) => r.text())).toContain("Jesteś na liście");
  await expect.poll(async () => (await recordsOf(id)).length).toBe(1);
  const [kept] = await recordsOf(id);
  const { wording_sha256, language } = JSON.parse(String(kept?.record));
  const wording =
    "Wysyłajcie mi biuletyn: nowości i oferty e-mailem. Adres nie służy niczemu innemu, a jedno kliknięcie to kończy.";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(wording));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  expect([language, wording_sha256]).toEqual(["pl", hex]);
  const out = await wayOut(authSecret, { org: own.org, id });
  expect(await page(out, "en")).toContain("Wypisz mnie");
  expect(await post(out).then((r) => r.text())).toContain("Wypisano z listy");

  const asked = newEmail();
  await SELF.fetch(`${HOST}/api/v1/policy/subscriptions`, {
    method: "POST",
    headers: { "content-type": "application/json", "accept-language": "mr", ...elsewhere() },
    body: JSON.stringify({ org: own.org, email: asked }),
  });
  expect((await confirmationOf(asked)).subject).toContain("कृपया खात्री करा");
});

test("a program that asks for many addresses is stopped", async () => {
  const fetchFrom = (n: number) =>
    SELF.fetch(`${HOST}/api/v1/policy/subscriptions`, {
      method: "POST",
      headers: { "content-type": "application/json", "cf-connecting-ip": "192.0.2.7" },
      body: JSON.stringify({ email: `n${n}@asha.example` }),
    });
  const statuses = [];
  for (let n = 0; n < 105; n += 1) statuses.push((await fetchFrom(n)).status);
  expect(statuses.slice(0, 100).every((status) => status === 202)).toBe(true);
  expect(statuses.at(-1)).toBe(429);
});
