import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { notFound } from "../../http/problem.ts";
import { addressesOf } from "../addresses.ts";
import { publisherOf, readPublisher } from "../queries.ts";
import { allDrafts, everyVersion, readAllDrafts, readEveryVersion } from "./queries.ts";
import { draftSummary, publishedSummary, type VersionSummary } from "./representation.ts";

/** One policy of an organisation: its drafts, then its versions, newest first. */
export interface ListedPolicy {
  readonly policy: string;
  readonly url: string;
  readonly versions: readonly VersionSummary[];
}

/** All policies of an organisation, by name. */
export async function listPolicies(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  org: string,
  now: number,
): Promise<ListedPolicy[]> {
  const results = await database.read([publisherOf(org), allDrafts(org), everyVersion(org)]);
  const publisher = readPublisher(results[0]);
  if (publisher === null) throw notFound("organisation");
  const drafts = readAllDrafts(results[1]);
  const published = readEveryVersion(results[2]);
  const names = [...new Set([...drafts, ...published].map(({ policy }) => policy))].sort();
  return names.map((policy) => {
    const addresses = addressesOf(settings, org, policy);
    const versions = published.filter((row) => row.policy === policy).map(({ version }) => version);
    const around = { versions, now, log: publisher.log };
    return {
      policy,
      url: addresses.publicUrl + addresses.current,
      versions: [
        ...drafts.filter((row) => row.policy === policy).map(({ draft }) => draftSummary(draft)),
        ...versions
          .toSorted((a, b) => b.effectiveAt - a.effectiveAt || b.noticedAt - a.noticedAt)
          .map((version) => publishedSummary(version, around, addresses)),
      ],
    };
  });
}
