import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { text, textOrNull } from "../../../db/rows.ts";
import { MEMBER_ADDRESSES } from "../../accounts/member-addresses.ts";
import { CONFIRMED_ADDRESSES, CONFIRMED_READERS } from "../subscriptions/confirmed-addresses.ts";
import {
  announcementOf,
  cancellationOf,
  NOTICE_KINDS,
  type Occasion,
  type OccasionKind,
  type Phase,
} from "./occasion.ts";

/** The SQL of occasions: announced within somebody's own write batch, expanded later. */

export interface VersionKey {
  readonly org: string;
  readonly policy: string;
  readonly version: string;
}

/**
 * Has people told of a version; nothing unless it is public from `noticedAt` on and still stands. For the
 * batch that publishes it, after the statement that does.
 */
export function announceVersion({ org, policy, version }: VersionKey, noticedAt: number): Statement {
  return {
    sql: `INSERT INTO mail_occasion (org, id, kind, policy, version, phase, created_at)
          SELECT org, ?4, 'policy', policy, version, 'members', ?5 FROM policy_version
          WHERE org = ?1 AND policy = ?2 AND version = ?3 AND noticed_at = ?5 AND cancelled_at IS NULL
          ON CONFLICT (org, id) DO NOTHING`,
    args: [org, policy, version, announcementOf(policy, version), noticedAt],
  };
}

/**
 * Stops what was not sent yet about a version that was called off, and has those told who were told of it.
 * For the batch that cancels it, after the statement that does.
 */
export function callOffVersion({ org, policy, version }: VersionKey, now: number): Statement[] {
  const announced = announcementOf(policy, version);
  return [
    {
      sql: `INSERT INTO mail_occasion (org, id, kind, policy, version, phase, created_at)
            SELECT o.org, ?5, 'policy_cancelled', o.policy, o.version, 'told', ?6
            FROM mail_occasion o JOIN policy_version v ON v.org = o.org AND v.policy = o.policy AND v.version = o.version
            WHERE o.org = ?1 AND o.policy = ?2 AND o.version = ?3 AND o.id = ?4 AND v.cancelled_at IS NOT NULL
            ON CONFLICT (org, id) DO NOTHING`,
      args: [org, policy, version, announced, cancellationOf(policy, version), now],
    },
    {
      sql: `UPDATE mail_occasion SET withdrawn_at = ?3 WHERE org = ?1 AND id = ?2 AND withdrawn_at IS NULL
            AND EXISTS (SELECT 1 FROM mail_occasion c WHERE c.org = ?1 AND c.id = ?4)`,
      args: [org, announced, now, cancellationOf(policy, version)],
    },
  ];
}

/** Has people told of something else than a version of a policy; the same id is told once. */
export function announceNotice(notice: {
  readonly org: string;
  readonly id: string;
  readonly kind: (typeof NOTICE_KINDS)[number];
  readonly words: string;
  readonly now: number;
}): Statement {
  const { org, id, kind, words, now } = notice;
  return {
    sql: `INSERT INTO mail_occasion (org, id, kind, words, phase, created_at) VALUES (?1, ?2, ?3, ?4, 'members', ?5)
          ON CONFLICT (org, id) DO NOTHING`,
    args: [org, `notice/${id}`, kind, words, now],
  };
}

const COLUMNS = "org, id, kind, policy, version, words, phase, after";

/** Those with recipients that are not in the outbox yet, of all organisations: the postman's question. */
export function openOccasions(limit: number): Statement {
  return {
    sql: `SELECT ${COLUMNS} FROM mail_occasion WHERE phase <> 'done' AND withdrawn_at IS NULL
          ORDER BY created_at LIMIT ?1`,
    args: [limit],
  };
}

export function occasionsByKey(keys: readonly { readonly org: string; readonly id: string }[]): Statement {
  return {
    sql: `SELECT ${COLUMNS} FROM mail_occasion
          WHERE (org, id) IN (SELECT value->>0, value->>1 FROM json_each(?1))`,
    args: [JSON.stringify(keys.map(({ org, id }) => [org, id]))],
  };
}

export function readOccasions(result: ResultSet | undefined): Occasion[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    id: text(row, "id"),
    kind: kindOf(text(row, "kind")),
    policy: textOrNull(row, "policy"),
    version: textOrNull(row, "version"),
    words: textOrNull(row, "words"),
    phase: phaseOf(text(row, "phase")),
    after: text(row, "after"),
  }));
}

/**
 * Writes the next recipients into the outbox and remembers how far that went; run again it adds nothing.
 * @param everyMember the members of every organisation, not of this one
 */
export function expandOccasion(
  { org, id, policy, version, phase, after }: Occasion,
  everyMember: boolean,
  limit: number,
  now: number,
): Statement[] {
  if (phase === "done") return [];
  const told = announcementOf(policy ?? "", version ?? "");
  // ?1 organisation, ?2 what the source asks for, ?3 where it goes on, ?4 how many.
  const source = SOURCES[phase];
  const args = [org, phase === "told" ? told : everyMember, after, limit];
  const chunk = `SELECT person, address, language FROM (${source.sql}) WHERE person > ?3 ORDER BY person LIMIT ?4`;
  const still = `EXISTS (SELECT 1 FROM mail_occasion o WHERE o.org = ?1 AND o.id = ?5 AND o.phase = ?6
    AND o.after = ?3 AND o.withdrawn_at IS NULL)`;
  return [
    {
      sql: `INSERT INTO outbox (org, id, occasion, person, address, domain, language, state, due_at, created_at)
            SELECT ?1, 'mail_' || lower(hex(randomblob(16))), ?5, person, address,
              substr(address, instr(address, '@') + 1), language, 'queued', ?7, ?7
            FROM (${chunk}) WHERE ${still} ON CONFLICT (org, occasion, address) DO NOTHING`,
      args: [...args, id, phase, now],
    },
    {
      sql: `UPDATE mail_occasion SET (phase, after) = (
              SELECT CASE WHEN count(*) < ?4 THEN ?7 ELSE ?6 END, CASE WHEN count(*) < ?4 THEN '' ELSE max(person) END
              FROM (${chunk}))
            WHERE org = ?1 AND id = ?5 AND phase = ?6 AND after = ?3 AND withdrawn_at IS NULL`,
      args: [...args, id, phase, source.next],
    },
  ];
}

/** Where the recipients of each phase come from, and what comes after it. */
const SOURCES: Readonly<Record<Exclude<Phase, "done">, { readonly sql: string; readonly next: Phase }>> = {
  members: {
    sql: MEMBER_ADDRESSES,
    next: "subscribers",
  },
  subscribers: { sql: CONFIRMED_ADDRESSES, next: "done" },
  readers: { sql: CONFIRMED_READERS, next: "done" },
  told: {
    sql: `SELECT person, address, language FROM outbox
          WHERE org = ?1 AND occasion = ?2 AND address IS NOT NULL AND (state = 'accepted' OR begun = 1 OR unsure > 0)`,
    next: "done",
  },
};

function kindOf(kind: string): OccasionKind {
  const known = (["policy", "policy_cancelled", "newsletter", ...NOTICE_KINDS] as const).find(
    (one) => one === kind,
  );
  if (known === undefined) throw new TypeError(`mail_occasion of kind ${kind}`);
  return known;
}

function phaseOf(phase: string): Phase {
  const known = (["members", "subscribers", "told", "readers", "done"] as const).find((one) => one === phase);
  if (known === undefined) throw new TypeError(`mail_occasion in phase ${phase}`);
  return known;
}
