import type { ResultSet } from "@libsql/client/web";
import type { ComingChange, Configuration } from "../../../consent-banner/configuration.ts";
import type { Database, Statement } from "../../../db/client.ts";
import { number, text } from "../../../db/rows.ts";
import type { Settings } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { notFound, Problem } from "../../http/problem.ts";
import { type Addresses, addressesOf } from "../../policy/addresses.ts";
import { predecessorOf } from "../../policy/in-force.ts";
import { type PolicyReading, readPolicy } from "../../policy/read-policy.ts";
import type { PolicyVersion } from "../../policy/version.ts";
import { noticeOf } from "./notices-of-org.ts";
import { noticeInForce, type PublishedNotice, readNotice } from "./queries.ts";

/** What a site shows its visitors now. */
export interface Published {
  readonly configuration: Configuration;
  /** UTC milliseconds of the moment at which it will be another; null if none is known. */
  readonly nextChangeAt: number | null;
}

/**
 * What is published for a site. A change of its organisation's privacy policy that is announced is told
 * too, where that policy is kept here; from its instant on the notice stands under the new version.
 * @throws Problem 404 for a site without a notice
 */
export async function readPublished(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  site: string,
  now: number,
): Promise<Published> {
  const published = await readStanding(database, site);
  const reading = await readPolicy(database, { org: published.org, policy: "privacy", now }).catch(
    unlessMissing,
  );
  if (reading === null) return { configuration: configurationOf(site, published), nextChangeAt: null };
  const { inForce, nextChangeAt } = reading.standing;
  const behind = inForce !== null && inForce.version !== published.policyVersion;
  if (behind) {
    const { followPolicy } = await import("./follow-policy.ts");
    await followPolicy(database, { org: published.org, site }, now);
  }
  const current = behind ? await readStanding(database, site) : published;
  const addresses = addressesOf(settings, published.org, "privacy");
  const [coming] = reading.standing.scheduled;
  const because = reading.versions.find(({ version }) => version === current.because);
  return {
    configuration: {
      ...configurationOf(site, current),
      ...(coming === undefined ? {} : { coming_change: changeOf(coming, inForce, reading, addresses) }),
      ...(because === undefined
        ? {}
        : {
            changed: changeOf(because, predecessorOf(because, reading.versions), reading, addresses),
          }),
    },
    nextChangeAt,
  };
}

type Standing = PublishedNotice & { readonly because: string | null };

/** The notice in force, and the policy version for which its revision went up, if one did. */
async function readStanding(database: Database, site: string): Promise<Standing> {
  const [found, reasons] = await database.read([noticeInForce(site), newestReason(site)]);
  const published = readNotice(found);
  if (published === null) throw notFound("published notice");
  const reason = readReason(reasons);
  const { revision } = noticeOf(published.document);
  return { ...published, because: reason?.revision === revision ? reason.policyVersion : null };
}

function configurationOf(site: string, { policyVersion, document, noticeHash }: Standing): Configuration {
  return { site, policy_version: policyVersion, notice: noticeOf(document), notice_hash: noticeHash };
}

/** A version, and where is read what it changes. */
function changeOf(
  version: PolicyVersion,
  before: PolicyVersion | null,
  { publisher }: PolicyReading,
  { publicUrl, permanent, difference }: Addresses,
): ComingChange {
  const path = before === null ? permanent(version.version) : difference(before.version, version.version);
  return {
    policy_version: version.version,
    effective_at: formatInstant(version.effectiveAt),
    time_zone: publisher.timeZone,
    url: publicUrl + path,
  };
}

function newestReason(site: string): Statement {
  return {
    sql: "SELECT revision, policy_version FROM site_reconsent WHERE site = ?1 ORDER BY revision DESC LIMIT 1",
    args: [site],
  };
}

function readReason(result: ResultSet | undefined): { revision: number; policyVersion: string } | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return { revision: number(row, "revision"), policyVersion: text(row, "policy_version") };
}

function unlessMissing(error: unknown): null {
  if (error instanceof Problem && error.details.status === 404) return null;
  throw error;
}
