import { env, SELF } from "cloudflare:test";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { openClient } from "../../db/libsql-client.ts";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";
import { createApp } from "../app.ts";
import { settingsOf } from "../env.ts";
import { MEMBER_ADDRESSES } from "./member-addresses.ts";
import { hashPassword } from "./password.ts";
import type { Role } from "./principal.ts";
import { memberStatements } from "./seed.ts";

const HOST = "http://callers360.localhost";
const PASSWORD = "correct horse battery staple";
let passwordHash: string;

beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const database = () => openDatabase(settingsOf(env).database);
const rows = async (sql: string, ...args: string[]) => {
  const { rows: found } = await openClient(settingsOf(env).database).execute({ sql, args });
  return found.map((row) => ({ ...row }));
};

/** A person with a password, member of the given organisations. */
async function newMember(role: Role, ...organisations: TestOrganisation[]) {
  const id = crypto.randomUUID();
  const person = { userId: `usr_${id}`, name: "Asha Naik", email: `${id}@asha.example` };
  for (const { org } of organisations) {
    await database().write(memberStatements({ ...person, org, passwordHash, role, now: Date.now() }));
  }
  return person;
}

const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  SELF.fetch(`${HOST}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "Test/1.0", ...headers },
    body: JSON.stringify(body),
  });

/** The cookie that a browser would send back. */
async function cookieOf(email: string): Promise<string> {
  const answer = await signIn({ email, password: PASSWORD });
  expect(answer.status).toBe(200);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

const get = (path: string, headers: Record<string, string> = {}) =>
  SELF.fetch(HOST + path, { headers, redirect: "manual" });
const typeOf = async (answer: Response) => (await answer.json<{ type: string }>()).type.split("/").at(-1);

test("a member signs in, and the cookie is who they are", async () => {
  const own = await newOrganisation();
  const { email } = await newMember("admin", own);
  const answer = await signIn({ email: email.toUpperCase(), password: PASSWORD });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  const cookies = answer.headers.getSetCookie();
  expect(cookies).toHaveLength(1);
  const [cookie = ""] = cookies;
  expect(cookie).toMatch(/^better-auth\.session_token=/);
  expect(cookie.split("; ").slice(1).sort()).toEqual([
    "HttpOnly",
    "Max-Age=604800",
    "Path=/",
    "SameSite=Lax",
  ]);
  const { expires_at, ...body } = await answer.json<{ expires_at: string }>();
  // No token in the body: script must not be able to read what the cookie hides from it.
  expect(body).toEqual({ user: { name: "Asha Naik", email } });
  expect(Math.abs(Date.parse(expires_at) - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);

  const me = await get("/api/v1/me", { cookie: cookie.split(";")[0] ?? "" });
  expect(me.status).toBe(200);
  expect(await me.json()).toMatchObject({
    user: { name: "Asha Naik", email },
    org: { id: own.org, time_zone: "Asia/Kolkata" },
    role: "admin",
  });
});

test("a wrong password and an unknown e-mail are refused in the same words", async () => {
  const { email } = await newMember("admin", await newOrganisation());
  const wrong = await signIn({ email, password: "wrong" });
  const unknown = await signIn({ email: `x${email}`, password: "wrong" });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(wrong.headers.get("content-type")).toBe("application/problem+json");
  expect(wrong.headers.getSetCookie()).toEqual([]);
  const words = await wrong.text();
  expect(await unknown.text()).toBe(words);
  expect(JSON.parse(words)).toMatchObject({
    type: "https://callers360.com/problems/invalid-credentials",
    status: 401,
  });
});

test.each([
  ["no JSON", "{", 400],
  ["a missing password", { email: "a@b.example" }, 422],
  ["an unknown field", { email: "a@b.example", password: "x", rememberMe: true }, 422],
  ["what is no e-mail address", { email: "asha", password: "x" }, 422],
  ["a password too long to hash", { email: "a@b.example", password: "x".repeat(129) }, 422],
])("sign-in refuses %s", async (_, body, status) => {
  const answer = await SELF.fetch(`${HOST}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
});

test("a foreign page can neither sign a visitor in nor out", async () => {
  const { email } = await newMember("admin", await newOrganisation());
  expect((await signIn({ email, password: PASSWORD }, { origin: "https://evil.example" })).status).toBe(403);
  expect((await signIn({ email, password: PASSWORD }, { origin: "null" })).status).toBe(403);
  expect((await signIn({ email, password: PASSWORD }, { origin: HOST })).status).toBe(200);
  const cookie = await cookieOf(email);
  const foreign = { cookie, origin: "https://evil.example" };
  const out = await SELF.fetch(`${HOST}/api/auth/sign-out`, { method: "POST", headers: foreign });
  expect(out.status).toBe(403);
  expect((await get("/api/v1/me", { cookie })).status).toBe(200);
});

test("sign-out ends the session at once, for every copy of its cookie", async () => {
  const { email } = await newMember("admin", await newOrganisation());
  const [cookie, other] = [await cookieOf(email), await cookieOf(email)];
  expect((await get("/api/v1/me", { cookie })).status).toBe(200);
  const out = await SELF.fetch(`${HOST}/api/auth/sign-out`, { method: "POST", headers: { cookie } });
  expect(out.status).toBe(204);
  expect(out.headers.getSetCookie()[0]).toMatch(/^better-auth\.session_token=; Max-Age=0; Path=\//);
  expect((await get("/api/v1/me", { cookie })).status).toBe(401);
  expect((await get("/api/v1/me", { cookie: other })).status).toBe(200);
});

test("get-session tells who is signed in, and null for nobody", async () => {
  const { email } = await newMember("admin", await newOrganisation());
  const session = await get("/api/auth/get-session", { cookie: await cookieOf(email) });
  expect(await session.json()).toMatchObject({ user: { name: "Asha Naik", email } });
  const nobody = await get("/api/auth/get-session");
  expect([nobody.status, await nobody.json()]).toEqual([200, null]);
});

test("get-session prolongs a session that is older than a day, and no other", async () => {
  const person = await newMember("admin", await newOrganisation());
  const cookie = await cookieOf(person.email);
  const end = async () =>
    Number((await rows("SELECT expires_at FROM session WHERE user_id = ?1", person.userId))[0]?.expires_at);
  const fresh = await end();
  expect((await get("/api/auth/get-session", { cookie })).headers.getSetCookie()).toEqual([]);
  expect(await end()).toBe(fresh);
  await database().write([
    {
      sql: "UPDATE session SET expires_at = expires_at - 100000000 WHERE user_id = ?1",
      args: [person.userId],
    },
  ]);
  const answer = await get("/api/auth/get-session", { cookie });
  expect(answer.headers.getSetCookie()[0]).toContain("Max-Age=604800");
  expect(await end()).toBeGreaterThanOrEqual(fresh);
  expect(
    (await get("/api/v1/me", { cookie: answer.headers.getSetCookie()[0]?.split(";")[0] ?? "" })).status,
  ).toBe(200);
});

test("an expired session is nobody's", async () => {
  const person = await newMember("admin", await newOrganisation());
  const cookie = await cookieOf(person.email);
  await database().write([
    { sql: "UPDATE session SET expires_at = 1 WHERE user_id = ?1", args: [person.userId] },
  ]);
  expect((await get("/api/v1/me", { cookie })).status).toBe(401);
  expect(await (await get("/api/auth/get-session", { cookie })).json()).toBeNull();
});

test.each([
  ["another signature", (cookie: string) => `${cookie.slice(0, -8)}AAAA%3D`],
  ["another token", (cookie: string) => cookie.replace(/=.{8}/, "=AAAAAAAA")],
  ["no signature", (cookie: string) => cookie.replace(/\..*$/, "")],
  ["the name for https", (cookie: string) => `__Secure-${cookie}`],
])("a cookie with %s is nobody's", async (_, forge) => {
  const { email } = await newMember("admin", await newOrganisation());
  const cookie = await cookieOf(email);
  const answer = await get("/api/v1/me", { cookie: forge(cookie) });
  expect(answer.status).toBe(401);
});

test("a member whose role does not carry the numbers is told so", async () => {
  const { email } = await newMember("member", await newOrganisation());
  const answer = await get("/api/v1/me", { cookie: await cookieOf(email) });
  expect([answer.status, await typeOf(answer)]).toEqual([403, "insufficient-scope"]);
});

test("a key is taken whatever the case of its scheme, and the number of spaces after it", async () => {
  const { keys } = await newOrganisation();
  for (const scheme of ["Bearer ", "bearer ", "BEARER  "]) {
    expect((await get("/api/v1/calls", { authorization: scheme + keys.read })).status).toBe(200);
  }
});

test("a key is nobody's session", async () => {
  const { keys } = await newOrganisation();
  expect((await get("/api/v1/me", { authorization: `Bearer ${keys.read}` })).status).toBe(401);
});

test("a member of two organisations names one, and reaches no third", async () => {
  const [one, two, third] = [await newOrganisation(), await newOrganisation(), await newOrganisation()];
  const { email } = await newMember("admin", one, two);
  const cookie = await cookieOf(email);
  const unnamed = await get("/api/v1/me", { cookie });
  expect([unnamed.status, await typeOf(unnamed)]).toEqual([409, "organisation-not-named"]);
  const named = await get("/api/v1/me", { cookie, "c360-org": two.org });
  expect(await named.json()).toMatchObject({ org: { id: two.org } });
  const foreign = await get("/api/v1/me", { cookie, "c360-org": third.org });
  expect([foreign.status, await typeOf(foreign)]).toEqual([403, "not-a-member"]);
});

test("neither address nor browser of a person is kept, and no token in clear in the answer", async () => {
  const person = await newMember("admin", await newOrganisation());
  await signIn(
    { email: person.email, password: PASSWORD },
    { "cf-connecting-ip": "203.0.113.9", "x-forwarded-for": "203.0.113.9" },
  );
  expect(await rows("SELECT ip_address, user_agent FROM session WHERE user_id = ?1", person.userId)).toEqual([
    { ip_address: null, user_agent: null },
  ]);
});

test("no log line names the person or the password, whatever goes wrong", async () => {
  const lines: unknown[][] = [];
  for (const level of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, level).mockImplementation((...line) => lines.push(line));
  }
  const { userId, email } = await newMember("admin", await newOrganisation());
  const app = createApp();
  const attempt = async (password: string, databaseUrl: string) => {
    const body = JSON.stringify({ email, password });
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body };
    const online = { ...env, DATABASE_URL: databaseUrl };
    return (await app.request(`${HOST}/api/auth/sign-in/email`, init, online)).status;
  };
  const { url } = settingsOf(env).database;
  expect(await attempt("a wrong one", url)).toBe(401);
  // Nothing listens on port 9.
  expect(await attempt(PASSWORD, "http://127.0.0.1:9")).toBe(503);
  const refusing = `CREATE TRIGGER refuse BEFORE INSERT ON session WHEN NEW.user_id = '${userId}'
                    BEGIN SELECT RAISE(ABORT, 'refused by a test'); END`;
  await database().write([refusing]);
  expect(await attempt(PASSWORD, url)).toBe(500);
  await database().write(["DROP TRIGGER refuse"]);
  const log = JSON.stringify(lines);
  expect(log).toContain("SQLITE_CONSTRAINT");
  for (const secret of [email, userId, PASSWORD, "a wrong one"]) expect(log).not.toContain(secret);
});

test("on https the cookie is Secure by its name too, and is taken back under that name only", async () => {
  const person = await newMember("admin", await newOrganisation());
  const app = createApp();
  const online = { ...env, PUBLIC_HOST: "edge.example" };
  const answer = await app.request(
    "https://edge.example/api/auth/sign-in/email",
    {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://edge.example" },
      body: JSON.stringify({ email: person.email, password: PASSWORD }),
    },
    online,
  );
  expect(answer.status).toBe(200);
  const [cookie = ""] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^__Secure-better-auth\.session_token=/);
  expect(cookie).toMatch(/; Secure/i);
  const me = (sent: string) =>
    app.request("https://edge.example/api/v1/me", { headers: { cookie: sent } }, online);
  const pair = cookie.split(";")[0] ?? "";
  expect((await me(pair)).status).toBe(200);
  expect((await me(pair.replace("__Secure-", ""))).status).toBe(401);
});

test("nothing else of the library is reachable", async () => {
  for (const path of [
    "/api/auth/sign-up/email",
    "/api/auth/list-sessions",
    "/api/auth/organization/create",
    "/api/auth/ok",
  ]) {
    for (const method of ["GET", "POST"]) {
      const answer = await SELF.fetch(HOST + path, { method });
      expect([path, method, answer.status]).toEqual([path, method, 404]);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  }
  const wrongMethod = await get("/api/auth/sign-in/email");
  expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "POST"]);
});

test("guessing at one account is slowed down after ten attempts, and others are not", async () => {
  const victim = `${crypto.randomUUID()}@asha.example`;
  const attempts = await Promise.all(
    Array.from({ length: 12 }, () => signIn({ email: victim, password: "guess" })),
  );
  const statuses = attempts.map((answer) => answer.status).sort();
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  const slowed = attempts.find((answer) => answer.status === 429);
  expect(Number(slowed?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await signIn({ email: `x${victim}`, password: "guess" })).status).toBe(401);
});

test("a member says in which language they are written to, an organisation for who does not", async () => {
  const organisation = await newOrganisation();
  const { email, userId } = await newMember("admin", organisation);
  const cookie = await cookieOf(email);
  const change = (path: string, method: string, language: unknown, headers: Record<string, string>) =>
    SELF.fetch(HOST + path, {
      method,
      headers: { "content-type": "application/json", origin: HOST, ...headers },
      body: JSON.stringify({ language }),
    });
  const languages = async () =>
    (
      await rows(
        `SELECT language FROM (${MEMBER_ADDRESSES}) WHERE person = ?3`,
        organisation.org,
        "0",
        userId,
      )
    ).map(({ language }) => language);
  expect(await languages()).toEqual(["en"]);
  const manage = { authorization: `Bearer ${organisation.keys.manage}` };
  expect((await change(`/api/v1/orgs/${organisation.org}/language`, "PUT", "hi", manage)).status).toBe(204);
  expect(await languages()).toEqual(["hi"]);
  expect((await change("/api/v1/me", "PATCH", "mr", { cookie })).status).toBe(204);
  expect(await languages()).toEqual(["mr"]);
  expect(await (await get("/api/v1/me", { cookie })).json()).toMatchObject({ user: { language: "mr" } });
  expect((await change("/api/v1/me", "PATCH", null, { cookie })).status).toBe(204);
  expect(await languages()).toEqual(["hi"]);
  for (const wrong of ["tlh", 7, undefined]) {
    expect((await change("/api/v1/me", "PATCH", wrong, { cookie })).status, String(wrong)).toBe(422);
  }
  expect((await change("/api/v1/orgs/org_other/language", "PUT", "hi", manage)).status).toBe(404);
  const read = { authorization: `Bearer ${organisation.keys.read}` };
  expect((await change(`/api/v1/orgs/${organisation.org}/language`, "PUT", "hi", read)).status).toBe(403);
});
