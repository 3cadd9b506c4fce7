import { createHash, randomBytes, randomUUID } from "node:crypto";
import { openDatabase, type Statement } from "../db/client.ts";
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
const BATCH = 100_000;
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
 * fenced batches. A few visitors are real; the rows of all others are copies of a real one's, with random
 * commitments: same tables, same sizes, nothing to prove. Their ids go up, so that every index grows at its end.
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
    const writer = await openWriter(context, visitor.consent_id);
    let written = Promise.resolve();
    while (done < until) {
      const size = Math.min(BATCH, until - done);
      // The next batch is hashed while the database has the one before.
      const write = await writer.prepare(done, size);
      await written;
      written = write();
      done += size;
      if (performance.now() - told < 20_000) continue;
      told = performance.now();
      say(progress(done, told - begun));
    }
    await written;
  }
  say(progress(done, performance.now() - begun));
  return { size: count, visitors };
}

function progress(done: number, ms: number): string {
  return `loaded ${done.toLocaleString("en")} consents, ${Math.round((done / ms) * 1000).toLocaleString("en")}/s`;
}

/** Appends copies of one visitor's rows behind the present head, as long as nobody else commits. */
async function openWriter({ log, database, signersOf: signers }: CommitContext, of: string) {
  const [who, now, rim] = await database.read([identity(log), head(log), edge(log)]);
  const [known, first] = [readIdentity(who), readHead(now)];
  if (known === null || first === null) throw new Error(`${log} has no head`);
  const keys = await signers(known);
  let present = first;
  let rightEdge = readEdge(first.size, rim);
  return {
    /** Hashes and signs `count` copies. @returns the write, to be begun when the one before has ended */
    prepare: async (numbered: number, count: number): Promise<() => Promise<void>> => {
      const behind = present;
      const random = randomBytes(count * 32);
      const commitments = Array.from({ length: count }, (_, i) =>
        random.toString("base64", i * 32, i * 32 + 32),
      );
      const growth = grow(
        rightEdge,
        commitments.map((commitment) => leafHash(utf8(LEAF.join(commitment)))),
      );
      const next = await signHead({ size: growth.edge.size, root: growth.root }, keys);
      const commitId = randomUUID();
      const statements = [
        fence(log, behind, commitId),
        insertLeaves(behind.size, commitments),
        ...growth.changed.map((tile) => storeTile(log, tile)),
        ...copyRows(of, behind.size, numbered, count),
        moveHead(log, next),
      ];
      present = { ...next, epoch: behind.epoch };
      rightEdge = growth.edge;
      return async () => {
        const mine = await writeCommit(database, statements, { log, size: behind.size, commitId });
        if (!mine) throw new Error(`${log}: another writer took the fence`);
      };
    },
  };
}

function insertLeaves(first: number, commitments: readonly string[]): Statement {
  return {
    sql: `INSERT INTO leaf (log, idx, kind, bytes)
          SELECT ?1, ?2 + key, 'consent', CAST(?3 || value || ?4 AS BLOB) FROM json_each(?5)`,
    args: [DEMO.log, first, ...LEAF, JSON.stringify(commitments)],
  };
}

/** The rows beside the leaves from `first` on; the copies are numbered on from `numbered`. */
function copyRows(of: string, first: number, numbered: number, count: number): Statement[] {
  const copies = "log = ?1 AND idx >= ?2 AND idx < ?2 + ?3";
  return [
    {
      sql: `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?3)
            INSERT INTO consent_record
              (org, site, consent_id, idx, log, idempotency_key, body_sha256, record, salt, at)
            SELECT org, site, id, ?2 + i, ?1, substr(id, 5), randomblob(32), replace(record, of, id), randomblob(32), at
            FROM (SELECT r.org, r.site, r.consent_id AS of, r.record, r.at, n.i,
                    printf('cns_%08x%s', ?4 + n.i, substr(hex(randomblob(7)), 1, 14)) AS id
                  FROM n CROSS JOIN consent_record r
                  WHERE r.org = ?5 AND r.site = ?6 AND r.consent_id = ?7)`,
      args: [DEMO.log, first, count, numbered, DEMO.org, DEMO.site, of],
    },
    {
      sql: `INSERT INTO consent_state (org, site, consent_id, secret_sha256, newest_idx, state_idx, choice,
              preferences, analytics, marketing, gpc, granted_until, visitor_key)
            SELECT s.org, s.site, r.consent_id, randomblob(32), r.idx, r.idx, s.choice, s.preferences,
              s.analytics, s.marketing, s.gpc, s.granted_until, substr(r.consent_id, 5)
            FROM consent_record r CROSS JOIN consent_state s
            WHERE ${copies.replaceAll(/log|idx/g, "r.$&")} AND s.org = ?4 AND s.site = ?5 AND s.consent_id = ?6`,
      args: [DEMO.log, first, count, DEMO.org, DEMO.site, of],
    },
    {
      sql: `INSERT INTO analytics_grant (org, site, visitor_key, consent_id, ends_at)
            SELECT g.org, g.site, substr(r.consent_id, 5), r.consent_id, g.ends_at
            FROM consent_record r CROSS JOIN analytics_grant g
            WHERE ${copies.replaceAll(/log|idx/g, "r.$&")} AND g.org = ?4 AND g.site = ?5 AND g.consent_id = ?6`,
      args: [DEMO.log, first, count, DEMO.org, DEMO.site, of],
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
    beyondBudget: true,
  };
}

/** The named boundary: a group names its rider, so what the rider takes is known where the group is made. */
function named<Request, Answer>(rider: Rider<Request, Answer>): Rider<unknown, unknown> {
  return rider as unknown as Rider<unknown, unknown>;
}
