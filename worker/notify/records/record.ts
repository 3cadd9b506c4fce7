/** What happened to a person, as the log's commitment binds it. Never an e-mail address. */

/** Somebody joined or left a list. */
export interface SubscriptionRecord {
  readonly v: 1;
  readonly kind: "subscription";
  readonly org: string;
  readonly list: "policy" | "newsletter";
  readonly subscription: string;
  readonly action: "confirm" | "withdraw";
  readonly language: string;
  /** Lower-case hex SHA-256 of the words that were agreed to; null on leaving. */
  readonly wording_sha256: string | null;
  /** RFC 3339 UTC with milliseconds. */
  readonly at: string;
}

/** A version was put before somebody (`served`), or somebody said that they read it (`read`); never consent. */
export interface AcknowledgementRecord {
  readonly v: 1;
  readonly kind: "acknowledgement";
  readonly org: string;
  readonly policy: string;
  readonly version: string;
  /** Lower-case hex SHA-256 of the version's text. */
  readonly sha256: string;
  /** `usr_…` or `sub_…`. */
  readonly person: string;
  readonly action: "served" | "read";
  readonly channel: "dashboard" | "mail";
  /** RFC 3339 UTC with milliseconds. */
  readonly at: string;
}

export type PersonalRecord = SubscriptionRecord | AcknowledgementRecord;

/** What happened to whom: equal keys of one organisation are one record. */
export function recordKey(record: PersonalRecord): string {
  return record.kind === "subscription"
    ? `${record.subscription} ${record.action}`
    : `${record.policy}/${record.version} ${record.person} ${record.action}`;
}

export function subjectOf(record: PersonalRecord): string {
  return record.kind === "subscription" ? record.subscription : record.person;
}
