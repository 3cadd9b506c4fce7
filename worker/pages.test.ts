import { env, SELF } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { openDatabase } from "../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../tests/workerd/seed.ts";
import { hashPassword } from "./accounts/password.ts";
import type { Role } from "./accounts/principal.ts";
import { memberStatements } from "./accounts/seed.ts";
import { settingsOf } from "./env.ts";

const HOST = "http://callers360.localhost";
const PASSWORD = "correct horse battery staple";
let passwordHash: string;

beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD);
});

/** The session cookie of a new member of these organisations. */
async function signedIn(role: Role, ...organisations: TestOrganisation[]): Promise<string> {
  const id = crypto.randomUUID();
  const person = { userId: `usr_${id}`, name: "Asha Naik", email: `${id}@asha.example`, passwordHash, role };
  for (const { org } of organisations) {
    const now = Date.now();
    await openDatabase(settingsOf(env).database).write(memberStatements({ ...person, org, now }));
  }
  const answer = await SELF.fetch(`${HOST}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: person.email, password: PASSWORD }),
  });
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

const open = (path: string, headers: Record<string, string> = {}) =>
  SELF.fetch(HOST + path, { headers, redirect: "manual" });

test("who is not signed in is sent to sign-in, and from there back to the same view", async () => {
  const answer = await open("/?team=t_03&org=org_a");
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toBe("/sign-in?next=%2F%3Fteam%3Dt_03%26org%3Dorg_a");
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
});

test("a key opens no page", async () => {
  const { keys } = await newOrganisation();
  const answer = await open("/", { authorization: `Bearer ${keys.read}` });
  expect(answer.headers.get("location")).toBe("/sign-in?next=%2F");
});

test("a cookie with a broken signature is like none", async () => {
  const cookie = await signedIn("admin", await newOrganisation());
  const answer = await open("/", { cookie: cookie.replace(/=.{4}/, "=AAAA") });
  expect(answer.status).toBe(302);
});

test("a role without the numbers gets a calm page that says so, under the strict policy", async () => {
  const answer = await open("/", { cookie: await signedIn("member", await newOrganisation()) });
  expect(answer.status).toBe(403);
  expect(answer.headers.get("content-type")).toContain("text/html");
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  expect(answer.headers.get("content-security-policy")).toContain("script-src 'self';");
  const page = await answer.text();
  expect(page).toContain("your role does not show you the team&#39;s numbers");
  expect(page).not.toMatch(/ style=|<script/);
});

test("a member of two organisations chooses one, and keeps the team", async () => {
  const [one, two] = [await newOrganisation(), await newOrganisation()];
  const cookie = await signedIn("member", one, two);
  const answer = await open("/?team=t_03", { cookie });
  expect(answer.status).toBe(409);
  const page = await answer.text();
  for (const { org } of [one, two]) expect(page).toContain(`href="/?team=t_03&amp;org=${org}"`);
  // Named, the role decides.
  expect((await open(`/?org=${two.org}`, { cookie })).status).toBe(403);
});

test("an organisation's name is shown as text", async () => {
  const [one, two] = [await newOrganisation(), await newOrganisation()];
  await openDatabase(settingsOf(env).database).write([
    { sql: "UPDATE organization SET name = '<b onclick=x>Asha</b>' WHERE id = ?1", args: [one.org] },
  ]);
  const page = await (await open("/", { cookie: await signedIn("admin", one, two) })).text();
  expect(page).toContain("&lt;b onclick=x&gt;Asha&lt;/b&gt;");
});

test("a member of another organisation is told no more than that", async () => {
  const foreign = await newOrganisation();
  const cookie = await signedIn("admin", await newOrganisation());
  const answer = await open(`/?org=${foreign.org}`, { cookie });
  expect(answer.status).toBe(403);
  const page = await answer.text();
  expect(page).toContain("not a member of this organisation");
  expect(page).not.toContain(foreign.org);
});

test("a file that is not there is a problem, not a page", async () => {
  const answer = await open("/assets/no-such-file.js");
  expect(answer.status).toBe(404);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
});
