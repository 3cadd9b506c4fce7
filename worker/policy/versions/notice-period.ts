import type { VersionClass } from "../version.ts";

const DAY = 86_400_000;

/** How long before it takes effect a change has to be told, by its class, in milliseconds. */
export const LEAST_NOTICE: Readonly<Record<VersionClass, number>> = {
  material: 30 * DAY,
  clarification: 7 * DAY,
  typo: DAY,
};

/** So long a copy may live in caches: what is decided later would not be seen in time. */
export const CLOSING = 60_000;

/**
 * The first moment at which a version announced at `now` may take effect (UTC milliseconds). A law or a
 * court can order a shorter notice, but none at all is never possible: the policy promises notice before
 * any change.
 */
export function earliestEffect(versionClass: VersionClass, now: number, ordered: boolean): number {
  return now + (ordered ? CLOSING : LEAST_NOTICE[versionClass]);
}

/** The last moment at which a version can be cancelled. */
export function cancelUntil(effectiveAt: number): number {
  return effectiveAt - CLOSING;
}

/** In words for people: `30 days`, `24 hours`. */
export function leastNoticeInWords(versionClass: VersionClass): string {
  const days = LEAST_NOTICE[versionClass] / DAY;
  return days === 1 ? "24 hours" : `${days} days`;
}
