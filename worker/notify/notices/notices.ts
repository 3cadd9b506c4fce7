import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { notFound } from "../../http/problem.ts";
import { addressesOf } from "../../policy/addresses.ts";
import { type Phase, phaseOf } from "../../policy/in-force.ts";
import { readPolicy } from "../../policy/read-policy.ts";
import {
  deliveriesByState,
  lettersByState,
  membersReached,
  type NoticeKey,
  noticeLines,
  openLetters,
  readCounts,
  readMembersReached,
  readNoticeLines,
  readNumber,
  readSites,
  sitesOf,
} from "./queries.ts";

/** Of the lines: in which state, after which one, how many. */
export interface LinesWanted {
  readonly state: string | null;
  readonly cursor: { readonly at: number; readonly id: string } | null;
  readonly limit: number;
}

/**
 * Who was told of a version, by which channel, when, what did not arrive, and what is still to come.
 * @throws Problem 404 for a version that is not public
 */
export async function readNotices(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  key: NoticeKey,
  wanted: LinesWanted,
  now: number,
) {
  const { org, policy } = key;
  const reading = await readPolicy(database, { org, policy, now });
  const version = reading.versions.find((known) => known.version === key.version);
  if (version === undefined) throw notFound("version of the policy");
  const results = await database.read([
    openLetters(key),
    lettersByState(key),
    deliveriesByState(key),
    membersReached(key, org === settings.operatorOrg),
    sitesOf(org),
    noticeLines(key, { ...wanted, limit: wanted.limit + 1 }),
  ]);
  const letters = readCounts(results[1]);
  const deliveries = readCounts(results[2]);
  const { members, served, read } = readMembersReached(results[3]);
  const lines = readNoticeLines(results[5]);
  const page = lines.slice(0, wanted.limit);
  const last = lines.length > wanted.limit ? page.at(-1) : undefined;
  const phase = phaseOf(version, reading.standing);
  const { publicUrl, current, permanent, atomFeed, jsonFeed } = addressesOf(settings, org, policy);
  const since = formatInstant(version.noticedAt);
  const until = formatInstant(version.cancelledAt ?? version.effectiveAt);
  return {
    policy,
    version: version.version,
    status: phase,
    noticed_at: since,
    effective_at: formatInstant(version.effectiveAt),
    channels: {
      page: { since, urls: [publicUrl + current, publicUrl + permanent(version.version)] },
      feed: { since, urls: [publicUrl + atomFeed, publicUrl + jsonFeed] },
      // The banner links the operator's or the organisation's privacy policy, no other.
      banner: { since, until, sites: policy === "privacy" ? readSites(results[4]) : [] },
      dashboard: { since, until, members, served, acknowledged: read },
      mail: {
        queued: letters.queued ?? 0,
        accepted: letters.accepted ?? 0,
        bounced: letters.bounced ?? 0,
        refused: letters.refused ?? 0,
        dead: letters.dead ?? 0,
        suppressed: letters.suppressed ?? 0,
        withdrawn: letters.withdrawn ?? 0,
        addressed: readNumber(results[0]) === 0,
      },
      webhook: {
        queued: deliveries.due ?? 0,
        delivered: deliveries.delivered ?? 0,
        dead: deliveries.dead ?? 0,
      },
    },
    still_to_come: stillToCome(phase, {
      mail: letters.queued ?? 0,
      webhook: deliveries.due ?? 0,
      dashboard: members - served,
      at: version.effectiveAt,
    }),
    told: page.map(({ id: _, at, ...line }) => ({ ...line, at: formatInstant(at) })),
    next_cursor: last === undefined ? null : encodeCursor(last),
  };
}

/** What happens yet: letters and messages that wait, members who have not opened the dashboard, the instant itself. */
function stillToCome(
  phase: Phase,
  waiting: { mail: number; webhook: number; dashboard: number; at: number },
) {
  const scheduled = phase === "scheduled";
  return {
    mail: waiting.mail,
    webhook: waiting.webhook,
    dashboard: scheduled ? waiting.dashboard : 0,
    takes_effect_at: scheduled ? formatInstant(waiting.at) : null,
  };
}

function encodeCursor({ at, id }: { readonly at: number; readonly id: string }): string {
  return `${at}~${id}`;
}

/** Null for what is no cursor of ours. */
export function decodeCursor(text: string): { at: number; id: string } | null {
  const match = /^(\d{1,16})~(.{1,400})$/.exec(text);
  return match === null ? null : { at: Number(match[1]), id: match[2] ?? "" };
}
