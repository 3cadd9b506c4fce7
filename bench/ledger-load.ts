import { createHash, randomBytes, randomUUID } from "node:crypto";
import { type Database, openDatabase, type Statement } from "../db/client.ts";
import { databaseOf } from "../local/edge.ts";
import { DEMO } from "../local/seed.ts";
import { type Choice, newChoice, newKey, publishedNotice } from "../tests/product/consent-visitor.ts";
import type { Edge } from "../tests/product/place.ts";
import { consentRider } from "../worker/consent/consent-rider.ts";
import type { ChoiceRequest } from "../worker/consent/judge-choice.ts";
import { utf8 } from "../worker/ledger/bytes.ts";
import { type CommitContext, commit } from "../worker/ledger/commit.ts";
import { grow } from "../worker/ledger/grow.ts";
import { signHead } from "../worker/ledger/head.ts";
import {
  edge,
  fence,
  head,
  identity,
  moveHead,
  readEdge,
  readHead,
  readIdentity,
  storeTile,
} from "../worker/ledger/queries.ts";
import type { Rider } from "../worker/ledger/rider.ts";
import { signersOf } from "../worker/ledger/signing-key.ts";
import { leafHash } from "../worker/ledger/tree.ts";
import { writeCommit } from "../worker/ledger/write-commit.ts";

/** Leaves in one fenced batch: large enough that what a commit costs beside its rows hardly counts. */
const BATCH = 50_000;
/** So many real visitors, spread evenly over the log, can be asked for later. */
const VISITORS = 20;
const LEAF = ['{"commitment":"', '","kind":"consent","v":1}'] as const;

/** What the load left behind. */
export interface Loaded {
  readonly size: number;
  readonly visitors: readonly Choice[];
}

/**
 * Fills the log of the demo site: leaves, tiles, head and signature by the product's own code, in large
 * fenced batches. A few visitors are real; the rows of all others are copies of a real one's under ids
 * of their own, with random commitments: same tables, same sizes, nothing to prove.
 */
export async function loadConsents(
  target: Edge,
  count: number,
  say: (line: string) => void,
): Promise<Loaded> {
  const published = await publishedNotice(target.url, DEMO.site);
  const database = openDatabase(databaseOf(target.place), 120_000);
  const context: CommitContext = {
    log: DEMO.log,
    database,
    riders: { consent: named(consentRider) },
    signersOf: (who) => signersOf(target.place.secrets.ledger, who),
    // No object stands behind the loader: nothing was signed before it.
    watermark: { get: async () => null, raise: async () => undefined },
  };
  const visitors: Choice[] = [];
  const begun = performance.now();
  let told = begun;
  let done = 0;
  while (done < count) {
    const visitor = newChoice(published);
    await commit(context, [{ rider: "consent", request: requestOf(visitor, target.url) }]);
    visitors.push(visitor);
    done += 1;
    const until = Math.min(count, Math.ceil((count * visitors.length) / VISITORS));
    while (done < until) {
      const size = Math.min(BATCH, until - done);
      await appendCopies(database, context, visitor.consent_id, size);
      done += size;
      if (performance.now() - told < 20_000) continue;
      told = performance.now();
      say(progress(done, told - begun));
    }
  }
  say(progress(done, performance.now() - begun));
  return { size: count, visitors };
}

function progress(done: number, ms: number): string {
  return `loaded ${done.toLocaleString("en")} consents, ${Math.round((done / ms) * 1000).toLocaleString("en")}/s`;
}

/** @throws Error when somebody else commits meanwhile */
async function appendCopies(
  database: Database,
  context: CommitContext,
  of: string,
  count: number,
): Promise<void> {
  const { log } = context;
  const [who, now, rim] = await database.read([identity(log), head(log), edge(log)]);
  const [known, present] = [readIdentity(who), readHead(now)];
  if (known === null || present === null) throw new Error(`${log} has no head`);
  const random = randomBytes(count * 32);
  const copies = Array.from({ length: count }, (_, i) => ({
    id: `cns_${random.toString("base64url", i * 32, i * 32 + 16)}`,
    commitment: random.toString("base64", i * 32, i * 32 + 32),
  }));
  const growth = grow(
    readEdge(present.size, rim),
    copies.map(({ commitment }) => leafHash(utf8(LEAF.join(commitment)))),
  );
  const next = await signHead({ size: growth.edge.size, root: growth.root }, await context.signersOf(known));
  const commitId = randomUUID();
  const written = await writeCommit(
    database,
    [
      fence(log, present, commitId),
      insertLeaves(present.size, copies),
      ...growth.changed.map((tile) => storeTile(log, tile)),
      ...copyRows(of, present.size, copies),
      moveHead(log, next),
    ],
    { log, size: present.size, commitId },
  );
  if (!written) throw new Error(`${log}: another writer took the fence`);
}

function insertLeaves(first: number, copies: readonly { commitment: string }[]): Statement {
  return {
    sql: `INSERT INTO leaf (log, idx, kind, bytes)
          SELECT ?1, ?2 + key, 'consent', CAST(?3 || value || ?4 AS BLOB) FROM json_each(?5)`,
    args: [DEMO.log, first, ...LEAF, JSON.stringify(copies.map(({ commitment }) => commitment))],
  };
}

function copyRows(of: string, first: number, copies: readonly { id: string }[]): Statement[] {
  const ids = JSON.stringify(copies.map(({ id }) => id));
  return [
    {
      sql: `INSERT INTO consent_record
              (org, site, consent_id, idx, log, idempotency_key, body_sha256, record, salt, at)
            SELECT r.org, r.site, v.value, ?2 + v.key, r.log, substr(v.value, 5), randomblob(32),
              replace(r.record, r.consent_id, v.value), randomblob(32), r.at
            FROM json_each(?1) v CROSS JOIN consent_record r
            WHERE r.org = ?3 AND r.site = ?4 AND r.consent_id = ?5`,
      args: [ids, first, DEMO.org, DEMO.site, of],
    },
    {
      sql: `INSERT INTO consent_state (org, site, consent_id, secret_sha256, newest_idx, state_idx, choice,
              preferences, analytics, marketing, gpc, granted_until, visitor_key)
            SELECT s.org, s.site, v.value, randomblob(32), ?2 + v.key, ?2 + v.key, s.choice, s.preferences,
              s.analytics, s.marketing, s.gpc, s.granted_until, substr(v.value, 5)
            FROM json_each(?1) v CROSS JOIN consent_state s
            WHERE s.org = ?3 AND s.site = ?4 AND s.consent_id = ?5`,
      args: [ids, first, DEMO.org, DEMO.site, of],
    },
    {
      sql: `INSERT INTO analytics_grant (org, site, visitor_key, consent_id, ends_at)
            SELECT g.org, g.site, substr(v.value, 5), v.value, g.ends_at
            FROM json_each(?1) v CROSS JOIN analytics_grant g
            WHERE g.org = ?2 AND g.site = ?3 AND g.consent_id = ?4`,
      args: [ids, DEMO.org, DEMO.site, of],
    },
  ];
}

function requestOf(choice: Choice, origin: string): ChoiceRequest {
  return {
    org: DEMO.org,
    site: DEMO.site,
    origin,
    consentId: choice.consent_id,
    secretSha256: createHash("sha256").update(choice.secret).digest(),
    idempotencyKey: newKey(),
    bodySha256: randomBytes(32),
    action: choice.action,
    categories: choice.categories,
    choice: choice.choice,
    policyVersion: choice.policy_version,
    noticeHash: choice.notice_hash,
    language: choice.language,
    gpc: false,
    country: null,
  };
}

/** The named boundary: a group names its rider, so what the rider takes is known where the group is made. */
function named<Request, Answer>(rider: Rider<Request, Answer>): Rider<unknown, unknown> {
  return rider as unknown as Rider<unknown, unknown>;
}
