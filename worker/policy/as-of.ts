import { invalid } from "../http/problem.ts";
import { localDate } from "./dates.ts";
import { standingAt } from "./in-force.ts";
import { type TextsStatement, textsBetween } from "./queries.ts";
import type { PolicyReading } from "./read-policy.ts";
import type { PolicyVersion } from "./version.ts";

const HOUR = 3_600_000;

/**
 * Reads a calendar date, as `2026-01-31`.
 * @throws Problem 422 that names the parameter
 */
export function parseAsOf(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text) {
    throw invalid([{ parameter: "as_of", detail: "must be a calendar date, as 2026-01-31." }]);
  }
  return text;
}

/** The texts among which `versionAsOf` chooses; the zone is not known yet, so for the day's end in any. */
export function textsAsOf(org: string, policy: string, date: string, now: number): TextsStatement {
  const end = Date.parse(date) + 24 * HOUR;
  return textsBetween(org, policy, { from: end - 14 * HOUR, to: end + 12 * HOUR }, now);
}

/**
 * The version in force when that day ended where the organisation is: of a past day as it was, of a
 * coming one as it is announced.
 */
export function versionAsOf({ versions, publisher }: PolicyReading, date: string): PolicyVersion | null {
  const begun = versions.filter(({ effectiveAt }) => localDate(effectiveAt, publisher.timeZone) <= date);
  return standingAt(begun, Number.POSITIVE_INFINITY).inForce;
}
