import type { Database } from "../../../db/client.ts";
import type { Env, Settings } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { notFound } from "../../http/problem.ts";
import { append } from "../../ledger/append.ts";
import { encodeBase64 } from "../../ledger/base64.ts";
import { receiptPath } from "../../policy/addresses.ts";
import { publisherOf, readPublisher, readVersions, storedVersion } from "../../policy/queries.ts";
import type { VersionName } from "../../policy/version.ts";
import { type AcknowledgementRecord, recordKey } from "../records/record.ts";
import { acknowledgementByKey, readAcknowledgement } from "./queries.ts";

/** Somebody read a version, or had it put before them. */
export interface Acknowledgement {
  /** Whose policy it is. */
  readonly publisher: string;
  readonly policy: string;
  readonly version: VersionName;
  /** `usr_…`. */
  readonly person: string;
  readonly action: AcknowledgementRecord["action"];
  /** UTC milliseconds. */
  readonly now: number;
}

/** The record as its person gets it: record and salt give the leaf's commitment again. */
export interface AcknowledgementReceipt {
  readonly index: number;
  readonly record: unknown;
  /** Padded standard base64; null once erased, as the record is then. */
  readonly salt: string | null;
  readonly receipt: string;
}

/** Whose policies concern a member: those of the own organisation, and the operator's, whose service it is. */
export function publishersFor({ operatorOrg }: Pick<Settings, "operatorOrg">, org: string): string[] {
  return [...new Set([org, operatorOrg])];
}

/**
 * Records it in the publisher's log, once: again it answers the first record. It says “I have read this”,
 * never that anybody agreed.
 * @throws Problem 404 for a version that is not public, 503 when the log cannot take it now
 */
export async function acknowledge(
  env: Env,
  database: Database,
  { publisher: org, policy, version, person, action, now }: Acknowledgement,
): Promise<{ receipt: AcknowledgementReceipt; repeated: boolean }> {
  const [who, rows] = await database.read([publisherOf(org), storedVersion(org, policy, version)]);
  const log = readPublisher(who)?.log ?? null;
  const [found] = readVersions(rows);
  if (log === null || found === undefined || found.noticedAt > now || found.cancelledAt !== null) {
    throw notFound("version of the policy");
  }
  const record: AcknowledgementRecord = {
    v: 1,
    kind: "acknowledgement",
    org,
    policy,
    version,
    sha256: found.sha256,
    person,
    action,
    channel: "dashboard",
    at: formatInstant(now),
  };
  const { added } = await append(env, log, "personal", record);
  const [kept] = await database.read([acknowledgementByKey(org, recordKey(record))]);
  const stored = readAcknowledgement(kept);
  if (stored === null) throw new Error("a record that was committed is not there");
  return {
    repeated: !added,
    receipt: {
      index: stored.index,
      record: stored.record === null ? null : JSON.parse(stored.record),
      salt: stored.salt === null ? null : encodeBase64(stored.salt),
      receipt: receiptPath(stored.log, stored.index),
    },
  };
}
