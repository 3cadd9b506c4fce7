import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, numberOrNull, text } from "../../../db/rows.ts";
import { CONFIRMED_READERS } from "../subscriptions/confirmed-addresses.ts";
import { occasionOfIssue } from "./issue.ts";

/** One issue of one organisation. */
export interface IssueKey {
  readonly org: string;
  readonly id: string;
}

/** Has an issue sent to who is on the list when the postman comes; the same id is sent once. */
export function announceIssue({ org, id }: IssueKey, words: string, now: number): Statement {
  return {
    sql: `INSERT INTO mail_occasion (org, id, kind, words, phase, created_at)
          VALUES (?1, ?2, 'newsletter', ?3, 'readers', ?4) ON CONFLICT (org, id) DO NOTHING`,
    args: [org, occasionOfIssue(id), words, now],
  };
}

/** What a test mail says; nobody is on a list for it. */
export function keepTestIssue(org: string, occasion: string, words: string, now: number): Statement {
  return {
    sql: `INSERT INTO mail_occasion (org, id, kind, words, phase, created_at)
          VALUES (?1, ?2, 'newsletter', ?3, 'done', ?4)`,
    args: [org, occasion, words, now],
  };
}

/** The test mail itself, to a member of the organisation; no row where the address is none of theirs. */
export function sendTestIssue(wanted: {
  readonly org: string;
  readonly mail: string;
  readonly occasion: string;
  /** `usr_…`, or a member's address. */
  readonly to: { readonly person: string } | { readonly address: string };
  readonly language: string;
  readonly now: number;
}): Statement {
  const { org, mail, occasion, to, language, now } = wanted;
  return {
    sql: `INSERT INTO outbox (org, id, occasion, person, address, domain, language, state, due_at, created_at)
          SELECT ?1, ?2, ?3, u.id, lower(u.email), substr(lower(u.email), instr(u.email, '@') + 1), ?6, 'queued', ?7, ?7
          FROM member m JOIN user u ON u.id = m.user_id
          WHERE m.organization_id = ?1 AND (u.id = ?4 OR lower(u.email) = ?5)
          RETURNING address`,
    args: [
      org,
      mail,
      occasion,
      "person" in to ? to.person : null,
      "address" in to ? to.address : null,
      language,
      now,
    ],
  };
}

export function readTestAddress(result: ResultSet | undefined): string | null {
  const row = result?.rows[0];
  return row === undefined ? null : text(row, "address");
}

/** How many confirmed readers an issue would be new to, and how many of these are not written to any more. */
export function countReaders({ org, id }: IssueKey): Statement {
  return {
    sql: `SELECT count(*) AS readers, count(s.address) AS suppressed FROM (${CONFIRMED_READERS}) r
          LEFT JOIN mail_suppression s ON s.org = ?1 AND s.address = r.address
          WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.org = ?1 AND o.occasion = ?2 AND o.address = r.address)`,
    args: [org, occasionOfIssue(id)],
  };
}

export function readReaders(result: ResultSet | undefined): { readers: number; suppressed: number } {
  const row = result?.rows[0];
  if (row === undefined) return { readers: 0, suppressed: 0 };
  return { readers: number(row, "readers"), suppressed: number(row, "suppressed") };
}

/** An issue as it stands. Times are UTC milliseconds. */
export interface StoredIssue {
  readonly words: string;
  /** Whether all of its readers are in the outbox. */
  readonly addressed: boolean;
  readonly createdAt: number;
  readonly cancelledAt: number | null;
}

export function issueByKey({ org, id }: IssueKey): Statement {
  return {
    sql: `SELECT words, phase, created_at, withdrawn_at FROM mail_occasion
          WHERE org = ?1 AND id = ?2 AND kind = 'newsletter'`,
    args: [org, occasionOfIssue(id)],
  };
}

export function readIssue(result: ResultSet | undefined): StoredIssue | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return {
    words: text(row, "words"),
    addressed: text(row, "phase") === "done",
    createdAt: number(row, "created_at"),
    cancelledAt: numberOrNull(row, "withdrawn_at"),
  };
}

export function lettersOfIssue({ org, id }: IssueKey): Statement {
  return {
    sql: `SELECT CASE state WHEN 'claimed' THEN 'queued' ELSE state END AS state, count(*) AS n FROM outbox
          WHERE org = ?1 AND occasion = ?2 GROUP BY 1`,
    args: [org, occasionOfIssue(id)],
  };
}

export function readLetters(result: ResultSet | undefined): Record<string, number> {
  return Object.fromEntries((result?.rows ?? []).map((row) => [text(row, "state"), number(row, "n")]));
}

/** Nothing more of it is sent. */
export function stopIssue({ org, id }: IssueKey, now: number): Statement {
  return {
    sql: `UPDATE mail_occasion SET withdrawn_at = ?3
          WHERE org = ?1 AND id = ?2 AND kind = 'newsletter' AND withdrawn_at IS NULL`,
    args: [org, occasionOfIssue(id), now],
  };
}
