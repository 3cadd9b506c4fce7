import type { Database } from "../../../db/client.ts";
import { formatInstant } from "../../http/fields.ts";
import { notFound } from "../../http/problem.ts";
import { readSite, siteOfOrg } from "../queries.ts";
import { keptEvents, readKeptEvents } from "./queries.ts";

/** An event as the site's organisation sees it; times are RFC 3339. */
export interface ShownEvent {
  readonly event_id: string;
  readonly name: string;
  readonly at: string;
  readonly path: string | null;
  readonly received_at: string;
  /** The random key of the grant under which it was kept. */
  readonly visitor_key: string;
}

/** More than the gate takes from one visitor in a busy day. */
const MOST = 10_000;

/** What was kept of one visitor, oldest first. @throws Problem 404 for a site of somebody else */
export async function listKeptEvents(
  database: Database,
  question: { org: string; site: string; consentId: string },
): Promise<ShownEvent[]> {
  const { org, site, consentId } = question;
  const [own, kept] = await database.read([siteOfOrg(site, org), keptEvents(org, site, consentId, MOST)]);
  if (readSite(own) === null) throw notFound("site");
  return readKeptEvents(kept).map(({ eventId, visitorKey, name, at, path, receivedAt }) => ({
    event_id: eventId,
    name,
    at: formatInstant(at),
    path,
    received_at: formatInstant(receivedAt),
    visitor_key: visitorKey,
  }));
}
