import { env, SELF } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../../db/client.ts";
import { newMember } from "../../../tests/workerd/live-page.ts";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { publishVersion } from "../../policy/publish.ts";

const HOST = "http://callers360.localhost";
const DAY = 86_400_000;
const database = openDatabase(settingsOf(env).database);

let own: TestOrganisation;
let cookie: string;

beforeAll(async () => {
  own = await newOrganisation();
  ({ cookie } = await newMember(own.org));
  await publish("1", -DAY, "# Privacy\n\nWe keep calls.\n");
  await publish("2", 31 * DAY, "# Privacy\n\nWe keep calls for a year.\n");
});

function publish(version: string, inMs: number, markdown: string) {
  const now = Date.now();
  return publishVersion(database, {
    org: own.org,
    policy: "privacy",
    version,
    markdown,
    effectiveAt: now + inMs,
    noticedAt: Math.min(now, now + inMs),
    class: "material",
    reason: `Reason of ${version}`,
    now,
  });
}

const coming = (who = cookie) =>
  SELF.fetch(`${HOST}/api/v1/policy/coming?`, { headers: { cookie: who } }).then(
    (r): Promise<{ notices: Record<string, unknown>[] }> => r.json(),
  );

const tell = (body: object, headers: Record<string, string> = {}) =>
  SELF.fetch(`${HOST}/api/v1/policy/acknowledgements`, {
    method: "POST",
    headers: { cookie, origin: HOST, "content-type": "application/json", ...headers },
    body: JSON.stringify({ publisher: own.org, policy: "privacy", version: "2", ...body }),
  });

interface Receipt {
  readonly index: number;
  readonly record: Record<string, unknown>;
  readonly salt: string;
  readonly receipt: string;
}

/** RFC 8785 of a flat object of strings and small numbers is JSON with sorted keys. */
async function commitmentOf({ record, salt }: Receipt): Promise<string> {
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  const bytes = [...Uint8Array.from(atob(salt), (c) => c.charCodeAt(0)), ...new TextEncoder().encode(text)];
  const digest = await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

test("a coming version is told to members with its reason and what changes", async () => {
  expect((await coming()).notices).toMatchObject([
    {
      publisher: own.org,
      policy: "privacy",
      version: "2",
      reason: "Reason of 2",
      url: `/p/${own.org}/privacy/1..2`,
      time_zone: "Asia/Kolkata",
      served_at: null,
      acknowledged_at: null,
    },
  ]);
});

test("having read it is one record, opened by its salt, however often it is said", async () => {
  const answers = await Promise.all([tell({}), tell({}), tell({})]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
  const receipts = await Promise.all(answers.map((answer): Promise<Receipt> => answer.json()));
  const [first] = receipts;
  if (first === undefined) throw new Error("no answer");
  expect(receipts).toEqual([first, first, first]);
  expect(first.record).toMatchObject({ kind: "acknowledgement", action: "read", version: "2", v: 1 });
  expect(JSON.stringify(first.record)).not.toContain("@");
  const proof = await SELF.fetch(HOST + first.receipt).then((r) => r.text());
  const leaf = atob(/^extra (.+)$/m.exec(proof)?.[1] ?? "");
  expect(JSON.parse(leaf)).toEqual({ commitment: await commitmentOf(first), kind: "acknowledgement", v: 1 });
  expect((await coming()).notices[0]?.acknowledged_at).toBe(first.record.at);
});

test("being served is a record of its own, and each member has theirs", async () => {
  const served: Receipt = await tell({ action: "served" }).then((r) => r.json());
  expect(served.record.action).toBe("served");
  const other = await newMember(own.org);
  const theirs = await tell({}, { cookie: other.cookie });
  expect(theirs.status).toBe(201);
  const second: Receipt = await theirs.json();
  const indexes = [served.index, second.index];
  expect(new Set(indexes).size).toBe(2);
});

test("another organisation's policies, and what is not public, are not there", async () => {
  const stranger = await newMember((await newOrganisation()).org);
  expect((await coming(stranger.cookie)).notices.filter(({ publisher }) => publisher === own.org)).toEqual(
    [],
  );
  expect((await tell({}, { cookie: stranger.cookie })).status).toBe(404);
  expect((await tell({ version: "3" })).status).toBe(404);
  expect((await tell({ action: "accept" })).status).toBe(422);
  expect((await tell({}, { origin: "https://evil.example" })).status).toBe(403);
  expect((await tell({}, { cookie: "" })).status).toBe(401);
});
