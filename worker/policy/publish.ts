import type { Database } from "../../db/client.ts";
import { type FieldError, invalid, Problem } from "../http/problem.ts";
import { hexSha256 } from "./hash.ts";
import { insertVersion, readVersions, storedVersion } from "./queries.ts";
import { readDocument } from "./sections.ts";
import { type PolicyVersion, parseVersionName, VERSION_CLASSES, type VersionClass } from "./version.ts";

/** A version that is to be public from `noticedAt` on and in force from `effectiveAt` on (UTC milliseconds). */
export interface NewVersion {
  readonly org: string;
  readonly policy: string;
  readonly version: string;
  /** The file's text, kept byte for byte; begins with its title. */
  readonly markdown: string;
  readonly effectiveAt: number;
  readonly noticedAt: number;
  readonly class: VersionClass;
  /** In plain words, for the people it concerns. */
  readonly reason: string;
  /** BCP 47, `en` unless told. */
  readonly language?: string;
  readonly now: number;
}

/** A policy of 100 printed pages has about 300 kB. */
const MAX_BYTES = 512 * 1024;

/**
 * Publishes a version, once: the same again changes nothing.
 * @returns what is stored
 * @throws Problem 422 for what cannot be a version, 409 when this number was published with other content
 */
export async function publishVersion(database: Database, wanted: NewVersion): Promise<PolicyVersion> {
  const version = parseVersionName(wanted.version);
  const { title } = readDocument(wanted.markdown);
  const faults = faultsOf(wanted);
  if (title === null) {
    faults.push({ pointer: "/markdown", detail: "must begin with a title, as # Privacy Policy." });
  }
  if (version === null) faults.push({ pointer: "/version", detail: "is not the number of a version." });
  if (version === null || title === null || faults.length > 0) throw invalid(faults);
  const { org, policy, markdown, effectiveAt, noticedAt, reason, language = "en", now } = wanted;
  const sha256 = await hexSha256(markdown);
  const content = { title, language, sha256, effectiveAt, noticedAt, class: wanted.class, reason };
  const [, rows] = await database.write([
    insertVersion({ org, policy, version, markdown, createdAt: now, ...content }),
    storedVersion(org, policy, version),
  ]);
  const [stored] = readVersions(rows);
  // Nothing stored: the number belongs to a draft.
  if (stored !== undefined && sameContent(stored, content)) return stored;
  throw new Problem(
    409,
    "policy-version-conflict",
    "Version conflict",
    `Version ${version} of this policy exists with other content. What was published never changes: choose another number.`,
  );
}

type Content = Omit<PolicyVersion, "version" | "leafIndex">;

function sameContent(stored: Content, wanted: Content): boolean {
  return (
    stored.sha256 === wanted.sha256 &&
    stored.title === wanted.title &&
    stored.language === wanted.language &&
    stored.effectiveAt === wanted.effectiveAt &&
    stored.noticedAt === wanted.noticedAt &&
    stored.class === wanted.class &&
    stored.reason === wanted.reason
  );
}

function faultsOf({
  markdown,
  effectiveAt,
  noticedAt,
  reason,
  language,
  ...wanted
}: NewVersion): FieldError[] {
  const faults: FieldError[] = [];
  const refuse = (pointer: string, detail: string) => faults.push({ pointer, detail });
  if (!markdown.isWellFormed() || markdown.includes("\0")) refuse("/markdown", "must be Unicode text.");
  if (new TextEncoder().encode(markdown).length > MAX_BYTES)
    refuse("/markdown", "must have at most 512 KiB.");
  if (!Number.isSafeInteger(effectiveAt)) refuse("/effective_at", "must be UTC milliseconds.");
  if (!Number.isSafeInteger(noticedAt)) refuse("/noticed_at", "must be UTC milliseconds.");
  if (!VERSION_CLASSES.includes(wanted.class)) refuse("/class", `must be ${VERSION_CLASSES.join(", ")}.`);
  if (reason.trim() === "" || reason.length > 2000) refuse("/reason", "must have 1 to 2,000 characters.");
  if (language !== undefined && !isLanguage(language)) refuse("/language", "must be a language tag, as hi.");
  return faults;
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
