import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { readComing } from "../../policy/coming.ts";
import { publishersFor } from "./acknowledge.ts";
import { acknowledgementsOf, readAcknowledgements } from "./queries.ts";

/** A coming version as the dashboard tells a member of it. */
export interface ComingNotice {
  readonly publisher: string;
  readonly owner: string;
  readonly policy: string;
  readonly version: string;
  readonly title: string;
  readonly effective_at: string;
  /** IANA zone of the publisher, in which the day is named. */
  readonly time_zone: string;
  readonly reason: string;
  readonly class: string;
  /** What changes, word by word. */
  readonly url: string;
  readonly served_at: string | null;
  readonly acknowledged_at: string | null;
}

/** What is announced to a member, soonest first, and what of it they said they read. */
export async function comingNotices(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  member: { readonly org: string; readonly userId: string },
  now: number,
): Promise<ComingNotice[]> {
  const publishers = publishersFor(settings, member.org);
  const coming = await readComing(database, settings, publishers, now);
  if (coming.length === 0) return [];
  const [rows] = await database.read([acknowledgementsOf(publishers, member.userId)]);
  const when = readAcknowledgements(rows);
  return coming.map(({ org, policy, version, publisher, owner, differencePath }) => {
    const at = (action: string) => {
      const known = when(org, `${policy}/${version.version} ${member.userId} ${action}`);
      return known === null ? null : formatInstant(known);
    };
    return {
      publisher: org,
      owner,
      policy,
      version: version.version,
      title: version.title,
      effective_at: formatInstant(version.effectiveAt),
      time_zone: publisher.timeZone,
      reason: version.reason,
      class: version.class,
      url: differencePath,
      served_at: at("served"),
      acknowledged_at: at("read"),
    };
  });
}
