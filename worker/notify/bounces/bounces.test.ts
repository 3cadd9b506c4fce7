import { env, SELF } from "cloudflare:test";
import { beforeEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { receiveReport } from "./take-report.ts";

const HOST = "http://callers360.localhost";
const database = openDatabase(settingsOf(env).database);

let own: TestOrganisation;
let letter: string;

beforeEach(async () => {
  own = await newOrganisation();
  letter = `mail_${crypto.randomUUID().replaceAll("-", "")}`;
  await database.write([
    {
      sql: `INSERT INTO outbox (org, id, occasion, person, address, domain, language, state, due_at, created_at, done_at, answer)
            VALUES (?1, ?2, 'policy/privacy/1', 'sub_1', 'asha@asha.example', 'asha.example', 'en', 'accepted', 1, 1, 2, '250 ok')`,
      args: [own.org, letter],
    },
  ]);
});

const parts = (status: string, action: string, boundary = "b") => `--${boundary}\r
Content-Type: text/plain\r
\r
It came back.\r
--${boundary}\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.asha.example\r
\r
Final-Recipient: rfc822; asha@asha.example\r
Action: ${action}\r
Status: ${status}\r
Diagnostic-Code: smtp; 550 ${status} No such user asha@asha.example\r
\r
--${boundary}\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <${letter}@callers360.localhost>\r
\r
--${boundary}--\r
`;
const REPORT = 'multipart/report; report-type=delivery-status; boundary="b"';
const mail = (status: string, action = "failed") =>
  `From: MAILER-DAEMON@mx.asha.example\r\nMIME-Version: 1.0\r\nContent-Type: ${REPORT}\r\n\r\n${parts(status, action)}`;

const bring = (body: string | Uint8Array, type = "message/rfc822", key = own.keys.manage) =>
  SELF.fetch(`${HOST}/api/v1/outbox/bounces`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": type },
    body,
  });
const outcome = (body: string, type?: string) => bring(body, type).then((r) => r.json());

async function row() {
  const [found, kept] = await database.read([
    { sql: "SELECT state, answer FROM outbox WHERE org = ?1 AND id = ?2", args: [own.org, letter] },
    { sql: "SELECT address FROM mail_suppression WHERE org = ?1", args: [own.org] },
  ]);
  return { ...found?.rows[0], suppressed: (kept?.rows ?? []).map(({ address }) => address) };
}

test("an address that is gone is suppressed, and its letter bounced, once", async () => {
  expect(await outcome(mail("5.1.1"))).toEqual({ outcome: "bounced", mail: letter });
  expect(await row()).toEqual({
    state: "bounced",
    answer: "5.1.1 550 5.1.1 No such user (address)",
    suppressed: ["asha@asha.example"],
  });
  expect(await outcome(mail("5.1.1"))).toEqual({ outcome: "ignored", mail: null });
});

test("a report without the mail's own headers is read by the request's", async () => {
  expect(await outcome(parts("5.2.1", "failed"), REPORT)).toEqual({ outcome: "bounced", mail: letter });
});

test("what may go better is noted, what is about the letter suppresses nobody", async () => {
  expect(await outcome(mail("4.4.1", "delayed"))).toEqual({ outcome: "noted", mail: letter });
  expect(await row()).toMatchObject({
    state: "accepted",
    answer: expect.stringMatching(/^delayed: 4\.4\.1 /),
    suppressed: [],
  });
  expect(await outcome(mail("2.0.0", "delivered"))).toEqual({ outcome: "ignored", mail: null });
  expect(await outcome(mail("5.7.1"))).toEqual({ outcome: "refused", mail: letter });
  expect(await row()).toMatchObject({ state: "refused", suppressed: [] });
});

test("nobody bounces another organisation's letters, or those on their way", async () => {
  const other = await newOrganisation();
  const foreign = await bring(mail("5.1.1"), "message/rfc822", other.keys.manage);
  expect(await foreign.json()).toEqual({ outcome: "ignored", mail: null });
  expect((await bring(mail("5.1.1"), "message/rfc822", own.keys.read)).status).toBe(403);
  await database.write([
    {
      sql: "UPDATE outbox SET state = 'claimed', claim = 'clm_1', lease_until = 9e15 WHERE org = ?1",
      args: [own.org],
    },
  ]);
  expect((await bring(mail("5.1.1"))).status).toBe(409);
  expect(await row()).toMatchObject({ state: "claimed", suppressed: [] });
  await database.write([{ sql: "DELETE FROM outbox WHERE org = ?1", args: [own.org] }]);
});

test("bad input is refused, and what is no report ignored", async () => {
  expect((await bring("{}", "application/json")).status).toBe(415);
  expect((await bring(new Uint8Array(2 * 1024 * 1024 + 1))).status).toBe(413);
  expect((await bring(`${"A: b\r\n".repeat(100_000)}\r\n`)).status).toBe(422);
  expect(await outcome("Subject: Away\r\n\r\nI am away.\r\n")).toEqual({ outcome: "ignored", mail: null });
  expect(await outcome("")).toEqual({ outcome: "ignored", mail: null });
});

test("the same by mail to the worker itself", async () => {
  const setReject = vi.fn();
  const bytes = new TextEncoder().encode(mail("5.1.1"));
  await receiveReport({ raw: new Blob([bytes]).stream(), rawSize: bytes.length, setReject }, env);
  expect(setReject).not.toHaveBeenCalled();
  expect(await row()).toMatchObject({ state: "bounced", suppressed: ["asha@asha.example"] });
  await receiveReport({ raw: new Blob([bytes]).stream(), rawSize: 3 * 1024 * 1024, setReject }, env);
  expect(setReject).toHaveBeenCalledOnce();
});
