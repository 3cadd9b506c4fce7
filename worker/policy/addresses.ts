import type { VersionName } from "./version.ts";

/** Paths of the operator's privacy policy; absolute addresses put the public URL before them. */

export const CURRENT = "/privacy";
export const HISTORY = "/privacy/history";
export const ATOM_FEED = "/privacy/feed.atom";
export const JSON_FEED = "/privacy/feed.json";

/** A version's address for ever. */
export function permanentPath(version: VersionName): string {
  return `/privacy/${version}`;
}

export function differencePath(before: VersionName, after: VersionName): string {
  return `/privacy/${before}..${after}`;
}

/** The proof that a leaf is in the log (C2SP tlog-proof). */
export function receiptPath(log: string, index: number): string {
  return `/log/${log}/receipt/${index}.tlog-proof`;
}
