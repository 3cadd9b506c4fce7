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
  /** It was called off before it took effect; its text and its trace stay public. */
  readonly cancelledAt: number | null;
  readonly cancelReason: string | null;
  /** Set where its dates are the word of who imported it. */
  readonly importedAt: number | null;
  /** Declared when it was scheduled: whether people have to be asked for consent again. */
  readonly changes: DeclaredChanges;
  /** The law or court that ordered a shorter notice than its class asks. */
  readonly courtOrder: string | null;
}

/** What a version changes that consent was given for. */
export interface DeclaredChanges {
  readonly purposes: boolean;
  readonly recipients: boolean;
}

/** A public version in another language; the version's own language is the authoritative one. */
export interface Translation {
  readonly version: string;
  /** BCP 47. */
  readonly language: string;
  readonly title: string;
  readonly sha256: string;
  readonly leafIndex: number | null;
}

/** A policy's name in addresses, as `privacy`, `cookies`, `terms`. */
export function isPolicyName(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,31}$/.test(text);
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
