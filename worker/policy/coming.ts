import type { Database } from "../../db/client.ts";
import type { Settings } from "../env.ts";
import { type Addresses, addressesOf } from "./addresses.ts";
import { standingAt } from "./in-force.ts";
import { ownerOf } from "./page.ts";
import { type Publisher, publisherOf, readPublisher } from "./queries.ts";
import type { PolicyVersion } from "./version.ts";
import { everyVersion, readEveryVersion } from "./versions/queries.ts";

/** A version that is announced and not in force yet, with what somebody who is told of it needs. */
export interface ComingVersion {
  readonly org: string;
  readonly policy: string;
  readonly version: PolicyVersion;
  readonly publisher: Publisher;
  /** Whose policy it is, in words. */
  readonly owner: string;
  readonly addresses: Addresses;
  /** Path of what changes: against the version in force, or the text itself where it is the first. */
  readonly differencePath: string;
}

/** What is announced by these organisations at `now` (UTC milliseconds), soonest first. */
export async function readComing(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  orgs: readonly string[],
  now: number,
): Promise<ComingVersion[]> {
  const results = await database.read(orgs.flatMap((org) => [publisherOf(org), everyVersion(org)]));
  const coming = orgs.flatMap((org, i): ComingVersion[] => {
    const publisher = readPublisher(results[2 * i]);
    const every = readEveryVersion(results[2 * i + 1]);
    const policies = [...new Set(every.map(({ policy }) => policy))];
    if (publisher === null) return [];
    return policies.flatMap((policy) => {
      const versions = every.filter((row) => row.policy === policy).map(({ version }) => version);
      const { inForce, scheduled } = standingAt(versions, now);
      const addresses = addressesOf(settings, org, policy);
      return scheduled.map((version) => ({
        org,
        policy,
        version,
        publisher,
        owner: ownerOf({ publisher }, addresses),
        addresses,
        differencePath:
          inForce === null
            ? addresses.permanent(version.version)
            : addresses.difference(inForce.version, version.version),
      }));
    });
  });
  return coming.sort((a, b) => a.version.effectiveAt - b.version.effectiveAt);
}
