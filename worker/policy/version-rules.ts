import { formatInstant } from "../http/fields.ts";
import { type FieldError, Problem } from "../http/problem.ts";
import type { PolicyVersion } from "./version.ts";

/** A policy's text in one language. */
export interface TextContent {
  /** The file's text, kept byte for byte; begins with its title. */
  readonly markdown: string;
  /** BCP 47, `en` unless told. */
  readonly language?: string;
}

/** A policy of 100 printed pages has about 300 kB. */
const MAX_BYTES = 512 * 1024;

/** What keeps a text from being stored at all; pointers start at `base`. */
export function textFaults({ markdown, language }: TextContent, base: string): FieldError[] {
  const faults: FieldError[] = [];
  const refuse = (pointer: string, detail: string) => faults.push({ pointer: base + pointer, detail });
  if (!markdown.isWellFormed() || markdown.includes("\0")) refuse("/markdown", "must be Unicode text.");
  if (new TextEncoder().encode(markdown).length > MAX_BYTES) {
    refuse("/markdown", "must have at most 512 KiB.");
  }
  if (language !== undefined && !isLanguage(language)) refuse("/language", "must be a language tag, as hi.");
  return faults;
}

/** A BCP 47 tag in its canonical form. */
export function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What makes two publications of one number the same. */
export type Content = Omit<PolicyVersion, "version" | "leafIndex" | "cancelledAt" | "cancelReason">;

export function sameContent(stored: Content, wanted: Content): boolean {
  return (
    stored.sha256 === wanted.sha256 &&
    stored.title === wanted.title &&
    stored.language === wanted.language &&
    stored.effectiveAt === wanted.effectiveAt &&
    stored.noticedAt === wanted.noticedAt &&
    stored.class === wanted.class &&
    stored.reason === wanted.reason &&
    stored.changes.purposes === wanted.changes.purposes &&
    stored.changes.recipients === wanted.changes.recipients &&
    stored.courtOrder === wanted.courtOrder
  );
}

export function versionTaken(version: string): Problem {
  return new Problem(
    409,
    "policy-version-conflict",
    "Version conflict",
    `Version ${version} of this policy exists with other content. What was published never changes: choose another number.`,
  );
}

export function instantTaken(effectiveAt: number): Problem {
  return new Problem(
    409,
    "policy-instant-taken",
    "Instant taken",
    `Another version of this policy takes effect at ${formatInstant(effectiveAt)}: choose another instant, or cancel that one.`,
  );
}
