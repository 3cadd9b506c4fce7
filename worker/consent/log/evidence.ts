import type { Notice } from "../../../consent-banner/configuration.ts";
import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { notFound, Problem } from "../../http/problem.ts";
import { readVkey } from "../../ledger/read-log.ts";
import { addressesOf } from "../../policy/addresses.ts";
import { readPolicy } from "../../policy/read-policy.ts";
import { erased } from "../give-consent.ts";
import { noticeOf } from "../notices/notices-of-org.ts";
import { readShownNotices, shownNotices } from "../notices/queries.ts";
import { receiptPath } from "../record.ts";
import { type ProvableRecord, provable } from "./consent-history.ts";
import { logOf } from "./consent-log.ts";
import { readRecords, recordByIndex } from "./queries.ts";

/** All that is kept about one entry of the log: what a complaint is answered with. Paths are of this host. */
export interface Evidence extends ProvableRecord {
  readonly log: string;
  readonly vkey: string;
  /** Null where the notice is not kept any more. */
  readonly notice: {
    readonly document: Notice;
    /** RFC 3339. */
    readonly published_at: string;
    readonly superseded_at: string | null;
    /** Path of the proof that the notice is in the log, once it is. */
    readonly receipt: string | null;
  } | null;
  /** The policy that the notice named; null where this host does not keep it. */
  readonly policy: {
    readonly version: string;
    readonly url: string;
    readonly receipt: string | null;
  } | null;
}

/**
 * The record at a place in the organisation's log, the notice as it was shown, and the policy it named.
 * @param site names the log where the organisation has several
 * @throws Problem 404 where no consent of the organisation stands there, 410 where it was erased
 */
export async function readEvidence(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl" | "ledgerSecret">,
  question: {
    readonly org: string;
    readonly site: string | null;
    readonly index: number;
    readonly now: number;
  },
): Promise<Evidence> {
  const { org, site, index, now } = question;
  const log = await logOf(database, org, site);
  const [found] = await database.read([recordByIndex(org, log, index)]);
  const [stored] = readRecords(found);
  if (stored === undefined) throw notFound("consent at this index of the log");
  if (!stored.record.startsWith("{")) throw erased();
  const vkey = await readVkey(database, log, settings.ledgerSecret);
  if (vkey === null) throw new Error(`${log} is not in the directory`);
  const shown = provable(stored);
  return {
    ...shown,
    log,
    vkey,
    notice: await noticeShown(database, org, shown),
    policy: await policyNamed(database, settings, { org, now, log }, shown.record.policy_version),
  };
}

async function noticeShown(
  database: Database,
  org: string,
  { record, receipt }: ProvableRecord,
): Promise<Evidence["notice"]> {
  const { site, notice_hash, policy_version } = record;
  const [found] = await database.read([
    shownNotices(org, [{ site, noticeHash: notice_hash, policyVersion: policy_version }]),
  ]);
  const [notice] = readShownNotices(found);
  if (notice === undefined) return null;
  const { leafIndex, supersededAt } = notice;
  return {
    document: noticeOf(notice.document),
    published_at: formatInstant(notice.publishedAt),
    superseded_at: supersededAt === null ? null : formatInstant(supersededAt),
    receipt: leafIndex === null ? null : receipt.replace(/\d+(?=\.tlog-proof$)/, String(leafIndex)),
  };
}

async function policyNamed(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  { org, now, log }: { readonly org: string; readonly now: number; readonly log: string },
  name: string,
): Promise<Evidence["policy"]> {
  const reading = await readPolicy(database, { org, policy: "privacy", now }).catch((error: unknown) => {
    if (error instanceof Problem && error.details.status === 404) return null;
    throw error;
  });
  const version = reading?.versions.find((known) => known.version === name);
  if (version === undefined) return null;
  const { leafIndex } = version;
  return {
    version: version.version,
    url: addressesOf(settings, org, "privacy").permanent(version.version),
    receipt: leafIndex === null ? null : receiptPath(log, leafIndex),
  };
}
