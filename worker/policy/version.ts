/** A version's number in its permanent URL, as `2025-10-26`; made by `parseVersionName`. */
export type VersionName = string & { readonly __brand: "VersionName" };

export const VERSION_CLASSES = ["material", "clarification", "typo"] as const;
export type VersionClass = (typeof VERSION_CLASSES)[number];

/** What is known of a version without its text. Times are UTC milliseconds. */
export interface PolicyVersion {
  readonly version: VersionName;
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  /** Lower-case hex SHA-256 of the text's UTF-8 bytes. */
  readonly sha256: string;
  readonly effectiveAt: number;
  /** From then on the version is public. */
  readonly noticedAt: number;
  readonly class: VersionClass;
  readonly reason: string;
  /** Its place in the organisation's log, once it is there. */
  readonly leafIndex: number | null;
}

/** Words that follow `/privacy/` or end a format, and so cannot be a version or its last part. */
const TAKEN = new Set(["history", "feed", "md", "json", "txt", "atom"]);

/**
 * A version's number, or null for what cannot be one: 1 to 64 of letters, digits, `_`, `-` and single
 * dots, such that no version reads like a format, a difference (`a..b`) or another page.
 */
export function parseVersionName(text: string): VersionName | null {
  if (text.length > 64 || !/^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/.test(text)) return null;
  return text.split(".").some((part) => TAKEN.has(part)) ? null : asVersionName(text);
}

/** The named boundary of the brand. */
function asVersionName(text: string): VersionName {
  return text as VersionName;
}
