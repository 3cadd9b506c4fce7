import { env, SELF } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../../db/client.ts";
import { newMember } from "../../../tests/workerd/live-page.ts";
import { newOrganisation, type TestOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { publishVersion } from "../../policy/publish.ts";
import { expandOccasions } from "../outbox/expand.ts";
import { announceVersion } from "../outbox/occasion-queries.ts";
import { recordServed } from "./record-served.ts";

const HOST = "http://callers360.localhost";
const settings = settingsOf(env);
const database = openDatabase(settings.database);
const VERSION = "2026-11-24";

let own: TestOrganisation;
let cookie: string;

interface Notices {
  readonly status: string;
  readonly channels: {
    readonly mail: Record<string, number | boolean>;
    readonly dashboard: Record<string, number | string>;
    readonly banner: { readonly sites: string[] };
    readonly feed: { readonly urls: string[] };
  };
  readonly still_to_come: Record<string, number | string | null>;
  readonly told: readonly { channel: string; recipient: string; state: string; answer: string | null }[];
  readonly next_cursor: string | null;
}

beforeAll(async () => {
  own = await newOrganisation();
  ({ cookie } = await newMember(own.org));
  await newMember(own.org);
  await database.write(
    ["sub_1", "sub_2", "sub_3"].map((id) => ({
      sql: `INSERT INTO subscription (org, id, list, email, language, state, asked_at, asked, created_at, confirmed_at, confirmed_idx)
            VALUES (?1, ?2, 'policy', ?2 || '@asha.example', 'en', 'confirmed', 1, 1, 1, 1, 0)`,
      args: [own.org, id],
    })),
  );
  const now = Date.now();
  await publishVersion(database, {
    org: own.org,
    policy: "privacy",
    version: VERSION,
    markdown: "# Privacy\n\nWe keep calls.\n",
    effectiveAt: now + 31 * 86_400_000,
    noticedAt: now,
    class: "material",
    reason: "First",
    now,
  });
  await database.write([announceVersion({ org: own.org, policy: "privacy", version: VERSION }, now)]);
});

const ask = (query = "", key = own.keys.manage) =>
  SELF.fetch(`${HOST}/api/v1/policies/privacy/${VERSION}/notices${query}`, {
    headers: { authorization: `Bearer ${key}` },
  });
const notices = (query = ""): Promise<Notices> => ask(query).then((answer) => answer.json());

/** As the postman would write it down. */
const ended = (person: string, state: string, answer: string) =>
  database.write([
    {
      sql: "UPDATE outbox SET state = ?3, answer = ?4, done_at = ?5, attempts = 1 WHERE org = ?1 AND person = ?2",
      args: [own.org, person, state, answer, Date.now()],
    },
  ]);

test("says who was told by which channel, what bounced, and what is still to come", async () => {
  expect((await notices()).channels.mail).toMatchObject({ queued: 0, addressed: false });
  await expandOccasions(database, settings, Date.now() + 5000);
  expect(await notices()).toMatchObject({
    status: "scheduled",
    channels: {
      mail: { queued: 5, accepted: 0, bounced: 0, addressed: true },
      dashboard: { members: 2, served: 0, acknowledged: 0 },
      banner: { sites: [own.site] },
      feed: { urls: [expect.stringContaining("feed.atom"), expect.stringContaining("feed.json")] },
    },
    still_to_come: { mail: 5, dashboard: 2, webhook: 0, takes_effect_at: expect.any(String) },
  });

  await ended("sub_1", "accepted", "250 ok");
  await ended("sub_2", "bounced", "550 no such user");
  const read = await SELF.fetch(`${HOST}/api/v1/policy/acknowledgements`, {
    method: "POST",
    headers: { cookie, origin: HOST, "content-type": "application/json" },
    body: JSON.stringify({ publisher: own.org, policy: "privacy", version: VERSION }),
  });
  expect(read.status).toBe(201);
  const after = await notices();
  expect(after.channels.mail).toMatchObject({ queued: 3, accepted: 1, bounced: 1 });
  expect(after.channels.dashboard).toMatchObject({ members: 2, served: 0, acknowledged: 1 });
  expect(await notices("?state=bounced")).toMatchObject({
    told: [{ channel: "mail", recipient: "sub_2", state: "bounced", answer: "550 no such user" }],
  });
  // Nobody's address is in the proof.
  expect(JSON.stringify(await notices())).not.toContain("@");
});

test("is read page by page, each line once", async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Notices = await notices(
      `?limit=2${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    seen.push(...page.told.map(({ channel, recipient, state }) => `${channel} ${recipient} ${state}`));
    cursor = page.next_cursor;
  }
  expect(seen).toHaveLength(6);
  expect(new Set(seen).size).toBe(6);
});

test("a letter that was accepted is a served record of its reader, once", async () => {
  const records = async () => {
    const [rows] = await database.read([
      {
        sql: `SELECT subject, record->>'channel' AS channel FROM personal_record
              WHERE org = ?1 AND record->>'action' = 'served' ORDER BY subject`,
        args: [own.org],
      },
    ]);
    return (rows?.rows ?? []).map((row) => ({ ...row }));
  };
  await recordServed(env);
  await recordServed(env);
  expect(await records()).toEqual([{ subject: "sub_1", channel: "mail" }]);
  await ended("sub_3", "accepted", "250 ok");
  await recordServed(env);
  expect((await records()).map(({ subject }) => subject)).toEqual(["sub_1", "sub_3"]);
});

test("is for managers of the organisation, of public versions, with a cursor of ours", async () => {
  expect((await ask("", own.keys.read)).status).toBe(403);
  expect((await ask("", (await newOrganisation()).keys.manage)).status).toBe(404);
  for (const query of ["?cursor=x", "?state=lost", "?limit=0", "?other=1"]) {
    expect((await ask(query)).status, query).toBe(422);
  }
});
