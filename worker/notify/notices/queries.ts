import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, text, textOrNull } from "../../../db/rows.ts";
import { MEMBER_ADDRESSES } from "../../accounts/member-addresses.ts";
import { announcementOf, cancellationOf } from "../outbox/occasion.ts";

/** Which version's notices. */
export interface NoticeKey {
  readonly org: string;
  readonly policy: string;
  readonly version: string;
}

/** Whether all recipients of the letters are in the outbox by now. */
export function openLetters({ org, policy, version }: NoticeKey): Statement {
  return {
    sql: `SELECT count(*) AS n FROM mail_occasion
          WHERE org = ?1 AND id IN (?2, ?3) AND phase <> 'done' AND withdrawn_at IS NULL`,
    args: [org, announcementOf(policy, version), cancellationOf(policy, version)],
  };
}

export function lettersByState({ org, policy, version }: NoticeKey): Statement {
  return {
    sql: `SELECT CASE state WHEN 'claimed' THEN 'queued' ELSE state END AS state, count(*) AS n FROM outbox
          WHERE org = ?1 AND occasion IN (?2, ?3) GROUP BY 1`,
    args: [org, announcementOf(policy, version), cancellationOf(policy, version)],
  };
}

export function deliveriesByState({ org, policy, version }: NoticeKey): Statement {
  return {
    sql: `SELECT state, count(*) AS n FROM webhook_delivery WHERE org = ?1
            AND event IN (SELECT value || '/' || ?2 || '/' || ?3 FROM json_each(?4)) GROUP BY 1`,
    args: [org, policy, version, EVENTS],
  };
}

export function readCounts(result: ResultSet | undefined): Record<string, number> {
  return Object.fromEntries((result?.rows ?? []).map((row) => [text(row, "state"), number(row, "n")]));
}

export function readNumber(result: ResultSet | undefined): number {
  const row = result?.rows[0];
  return row === undefined ? 0 : number(row, "n");
}

/** Members whom it concerns, and how many of those had it before them on the dashboard, or said they read it. */
export function membersReached({ org, policy, version }: NoticeKey, everyMember: boolean): Statement {
  const told = (action: string) =>
    `count((SELECT 1 FROM personal_record r WHERE r.org = ?1 AND r.kind = 'acknowledgement'
              AND r.key = ?3 || '/' || ?4 || ' ' || person || ' ${action}')) AS ${action}`;
  return {
    sql: `SELECT count(*) AS members, ${told("served")}, ${told("read")} FROM (${MEMBER_ADDRESSES})`,
    args: [org, everyMember, policy, version],
  };
}

export function readMembersReached(result: ResultSet | undefined): {
  members: number;
  served: number;
  read: number;
} {
  const row = result?.rows[0];
  if (row === undefined) return { members: 0, served: 0, read: 0 };
  return { members: number(row, "members"), served: number(row, "served"), read: number(row, "read") };
}

/** The organisation's sites, whose banners tell their visitors. */
export function sitesOf(org: string): Statement {
  return { sql: "SELECT id FROM site WHERE org = ?1 ORDER BY id", args: [org] };
}

export function readSites(result: ResultSet | undefined): string[] {
  return (result?.rows ?? []).map((row) => text(row, "id"));
}

/** One person or program that was told, or is about to be. */
export interface NoticeLine {
  readonly id: string;
  readonly channel: "mail" | "dashboard" | "webhook";
  /** `usr_…`, `sub_…` or `whk_…`. */
  readonly recipient: string;
  readonly state: string;
  /** UTC milliseconds of the newest that happened. */
  readonly at: number;
  readonly attempts: number;
  /** What the receiving server said last, or why it did not go. */
  readonly answer: string | null;
}

/** The lines of a version, newest first, those after `cursor`. */
export function noticeLines(
  { org, policy, version }: NoticeKey,
  wanted: {
    readonly state: string | null;
    readonly cursor: { readonly at: number; readonly id: string } | null;
    readonly limit: number;
  },
): Statement {
  const { state, cursor, limit } = wanted;
  return {
    sql: `SELECT * FROM (
            SELECT id, 'mail' AS channel, person AS recipient, CASE state WHEN 'claimed' THEN 'queued' ELSE state END AS state,
              coalesce(done_at, created_at) AS at, attempts, answer
            FROM outbox WHERE org = ?1 AND occasion IN (?2, ?3)
            UNION ALL
            SELECT kind || ' ' || key, 'dashboard', subject, record->>'action', at, 1, NULL
            FROM personal_record WHERE org = ?1 AND kind = 'acknowledgement' AND record->>'channel' = 'dashboard'
              AND key >= ?4 || '/' || ?5 || ' ' AND key < ?4 || '/' || ?5 || '!'
            UNION ALL
            SELECT webhook || ' ' || event, 'webhook', webhook, CASE state WHEN 'due' THEN 'queued' ELSE state END,
              coalesce(done_at, created_at), attempts, last_fault
            FROM webhook_delivery WHERE org = ?1 AND event IN (SELECT value || '/' || ?4 || '/' || ?5 FROM json_each(?6)))
          WHERE (?7 IS NULL OR state = ?7) AND (?8 IS NULL OR (at, id) < (?8, ?9))
          ORDER BY at DESC, id DESC LIMIT ?10`,
    args: [
      org,
      announcementOf(policy, version),
      cancellationOf(policy, version),
      policy,
      version,
      EVENTS,
      state,
      cursor?.at ?? null,
      cursor?.id ?? null,
      limit,
    ],
  };
}

export function readNoticeLines(result: ResultSet | undefined): NoticeLine[] {
  return (result?.rows ?? []).map((row) => {
    const channel = (["mail", "dashboard", "webhook"] as const).find((one) => one === text(row, "channel"));
    if (channel === undefined) throw new TypeError("not a channel of notices");
    return {
      id: text(row, "id"),
      channel,
      recipient: text(row, "recipient"),
      state: text(row, "state"),
      at: number(row, "at"),
      attempts: number(row, "attempts"),
      answer: textOrNull(row, "answer"),
    };
  });
}

/** Letters about versions, accepted by their servers, in the order of that; of all organisations. */
export function acceptedLetters(limit: number): Statement {
  return {
    sql: `SELECT o.org, o.person, o.done_at, m.policy, m.version, v.sha256,
            (SELECT log FROM log WHERE log.org = o.org ORDER BY created_at, log LIMIT 1) AS log
          FROM outbox o LEFT JOIN mail_occasion m ON m.org = o.org AND m.id = o.occasion AND m.kind = 'policy'
          LEFT JOIN policy_version v ON v.org = m.org AND v.policy = m.policy AND v.version = m.version
          WHERE o.state = 'accepted' AND o.done_at >= (SELECT done_at FROM served_until) ORDER BY o.done_at LIMIT ?1`,
    args: [limit],
  };
}

export interface AcceptedLetter {
  readonly org: string;
  readonly person: string;
  /** UTC milliseconds. */
  readonly at: number;
  /** Null where it was about something else, or there is no log. */
  readonly about: {
    readonly policy: string;
    readonly version: string;
    readonly sha256: string;
    readonly log: string;
  } | null;
}

export function readAcceptedLetters(result: ResultSet | undefined): AcceptedLetter[] {
  return (result?.rows ?? []).map((row) => {
    const [policy, version] = [textOrNull(row, "policy"), textOrNull(row, "version")];
    const [sha256, log] = [textOrNull(row, "sha256"), textOrNull(row, "log")];
    const whole = policy !== null && version !== null && sha256 !== null && log !== null;
    return {
      org: text(row, "org"),
      person: text(row, "person"),
      at: number(row, "done_at"),
      about: whole ? { policy, version, sha256, log } : null,
    };
  });
}

export function servedUntil(doneAt: number): Statement {
  return { sql: "UPDATE served_until SET done_at = ?1 WHERE done_at < ?1", args: [doneAt] };
}

/** As webhooks name what happens to a version. */
const EVENTS = JSON.stringify(["scheduled", "cancelled", "in_force"]);
