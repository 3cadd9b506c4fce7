import type { ComingChange, Configuration } from "../../consent-banner/configuration.ts";
import type { Database } from "../../db/client.ts";
import type { Settings } from "../env.ts";
import { formatInstant } from "../http/fields.ts";
import { notFound, Problem } from "../http/problem.ts";
import { addressesOf } from "../policy/addresses.ts";
import { readPolicy } from "../policy/read-policy.ts";
import { noticeOf } from "./notices-of-org.ts";
import { noticeInForce, readNotice } from "./queries.ts";

/** What a site shows its visitors now. */
export interface Published {
  readonly configuration: Configuration;
  /** UTC milliseconds of the moment at which it will be another; null if none is known. */
  readonly nextChangeAt: number | null;
}

/**
 * What is published for a site. A change of its organisation's privacy policy that is announced is told
 * too, where that policy is kept here.
 * @throws Problem 404 for a site without a notice
 */
export async function readPublished(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  site: string,
  now: number,
): Promise<Published> {
  const [found] = await database.read([noticeInForce(site)]);
  const published = readNotice(found);
  if (published === null) throw notFound("published notice");
  const { change, nextChangeAt } = await readComingChange(database, settings, published.org, now);
  return {
    configuration: {
      site,
      policy_version: published.policyVersion,
      notice: noticeOf(published.document),
      notice_hash: published.noticeHash,
      ...(change === null ? {} : { coming_change: change }),
    },
    nextChangeAt,
  };
}

async function readComingChange(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  org: string,
  now: number,
): Promise<{ change: ComingChange | null; nextChangeAt: number | null }> {
  const reading = await readPolicy(database, { org, policy: "privacy", now }).catch(unlessMissing);
  if (reading === null) return { change: null, nextChangeAt: null };
  const { inForce, scheduled, nextChangeAt } = reading.standing;
  const [coming] = scheduled;
  if (coming === undefined) return { change: null, nextChangeAt };
  const { publicUrl, permanent, difference } = addressesOf(settings, org, "privacy");
  const path = inForce === null ? permanent(coming.version) : difference(inForce.version, coming.version);
  return {
    change: {
      policy_version: coming.version,
      effective_at: formatInstant(coming.effectiveAt),
      time_zone: reading.publisher.timeZone,
      url: publicUrl + path,
    },
    nextChangeAt,
  };
}

function unlessMissing(error: unknown): null {
  if (error instanceof Problem && error.details.status === 404) return null;
  throw error;
}
