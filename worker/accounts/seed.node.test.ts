import { createHash, scryptSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@libsql/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashPassword } from "./password.ts";
import {
  keyStatement,
  memberStatements,
  newApiKey,
  newPassword,
  organisationStatements,
  registerOrigins,
  replaceLocalOrigins,
} from "./seed.ts";

const DIRECTORY = join(import.meta.dirname, "../../db/migrations/0001_directory.sql");

let folder: string;
let client: Client;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "callers360-seed-"));
  const url = `file:${join(folder, "edge.db")}`;
  client = createClient({ url });
  await client.executeMultiple(readFileSync(DIRECTORY, "utf8"));
  await client.batch(organisationStatements(ORGANISATION), "write");
});

afterEach(() => {
  client.close();
  rmSync(folder, { recursive: true });
});

const ORGANISATION = {
  org: "org_a",
  name: "Asha Tele",
  timeZone: "Asia/Kolkata",
  log: "org_a",
  site: "site_a",
  siteName: "asha.example",
  publicHost: "callers360.localhost",
  now: 1,
};
const MEMBER = {
  org: "org_a",
  userId: "usr_a",
  name: "Asha",
  email: "Asha@Example.com",
  role: "admin",
  now: 1,
} as const;

const rows = async (sql: string) => (await client.execute(sql)).rows.map((row) => ({ ...row }));

test("an organisation keeps its log's origin, whatever host a later seed names", async () => {
  await client.batch(organisationStatements({ ...ORGANISATION, publicHost: "elsewhere.example" }), "write");
  expect(await rows("SELECT log, org, origin FROM log")).toEqual([
    { log: "org_a", org: "org_a", origin: "callers360.localhost/log/org_a" },
  ]);
  expect(await rows("SELECT id, time_zone FROM organization")).toEqual([
    { id: "org_a", time_zone: "Asia/Kolkata" },
  ]);
  expect(await rows("SELECT id, log FROM site")).toEqual([{ id: "site_a", log: "org_a" }]);
});

test("a member's e-mail is stored as sign-in looks it up, and the password only as scrypt", async () => {
  const passwordHash = await hashPassword("correct horse");
  await client.batch(memberStatements({ ...MEMBER, passwordHash }), "write");
  expect(await rows("SELECT email FROM user")).toEqual([{ email: "asha@example.com" }]);
  const [account] = await rows("SELECT password, account_id, provider_id FROM account");
  expect(account).toMatchObject({ account_id: "usr_a", provider_id: "credential" });
  const [salt = "", key] = String(account?.password).split(":");
  const again = scryptSync("correct horse", salt, 64, { N: 16384, r: 16, p: 1, maxmem: 1 << 26 });
  expect(key).toBe(again.toString("hex"));
});

test("a new password ends the sessions of the old one, the same one leaves them", async () => {
  await client.batch(memberStatements({ ...MEMBER, passwordHash: "one" }), "write");
  await client.execute(
    "INSERT INTO session (id, token, user_id, expires_at, created_at, updated_at) VALUES ('s', 't', 'usr_a', 9, 1, 1)",
  );
  await client.batch(memberStatements({ ...MEMBER, passwordHash: "one" }), "write");
  expect(await rows("SELECT id FROM session")).toHaveLength(1);
  await client.batch(memberStatements({ ...MEMBER, passwordHash: "two" }), "write");
  expect(await rows("SELECT id FROM session")).toHaveLength(0);
  expect(await rows("SELECT password FROM account")).toEqual([{ password: "two" }]);
});

test("a key is stored as its SHA-256 only, and seeding its id again replaces it", async () => {
  const seed = {
    org: "org_a",
    id: "key_read",
    name: "read",
    scopes: ["calls:read", "metrics:read"],
    now: 1,
  } as const;
  const [old, fresh] = [newApiKey(), newApiKey()];
  expect(old).toMatch(/^c360_[A-Za-z0-9_-]{43}$/);
  expect(fresh).not.toBe(old);
  await client.batch([await keyStatement({ ...seed, key: old })], "write");
  await client.batch([await keyStatement({ ...seed, key: fresh })], "write");
  expect(await rows("SELECT id, scopes, lower(hex(key_sha256)) AS hash FROM api_key")).toEqual([
    {
      id: "key_read",
      scopes: "calls:read metrics:read",
      hash: createHash("sha256").update(fresh).digest("hex"),
    },
  ]);
});

test("a local start replaces its own origins and leaves registered ones", async () => {
  const origins = () => rows("SELECT origin, source FROM site_origin ORDER BY origin");
  await client.batch(registerOrigins("site_a", ["https://asha.example"]), "write");
  await client.batch(replaceLocalOrigins("site_a", ["http://127.0.0.1:8787"]), "write");
  await client.batch(replaceLocalOrigins("site_a", ["http://127.0.0.1:9000"]), "write");
  expect(await origins()).toEqual([
    { origin: "http://127.0.0.1:9000", source: "local" },
    { origin: "https://asha.example", source: "registered" },
  ]);
});

test("passwords are 24 characters that need no quoting", () => {
  expect(newPassword()).toMatch(/^[A-Za-z0-9_-]{24}$/);
});
