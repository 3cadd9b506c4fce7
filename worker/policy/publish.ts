import type { Database } from "../../db/client.ts";
import { type FieldError, invalid } from "../http/problem.ts";
import { hexSha256 } from "./hash.ts";
import { insertVersion, readVersions, storedVersion } from "./queries.ts";
import { readDocument } from "./sections.ts";
import {
  type DeclaredChanges,
  type PolicyVersion,
  parseVersionName,
  VERSION_CLASSES,
  type VersionClass,
} from "./version.ts";
import { instantTaken, sameContent, type TextContent, textFaults, versionTaken } from "./version-rules.ts";

/** A version that is to be public from `noticedAt` on and in force from `effectiveAt` on (UTC milliseconds). */
export interface NewVersion extends TextContent {
  readonly org: string;
  readonly policy: string;
  readonly version: string;
  readonly effectiveAt: number;
  readonly noticedAt: number;
  readonly class: VersionClass;
  /** In plain words, for the people it concerns. */
  readonly reason: string;
  /** None unless told. */
  readonly changes?: DeclaredChanges;
  readonly now: number;
}

/**
 * Publishes a version as it is given, once: the same again changes nothing. No notice period and no
 * linter here: this is for the local start and for tests; people's changes go through `scheduleVersion`.
 * @returns what is stored
 * @throws Problem 422 for what cannot be a version, 409 when this number was published with other content
 * or another version takes effect at the same instant
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
  const content = {
    title,
    language,
    sha256: await hexSha256(markdown),
    effectiveAt,
    noticedAt,
    class: wanted.class,
    reason,
    importedAt: null,
    changes: wanted.changes ?? { purposes: false, recipients: false },
    courtOrder: null,
  };
  const [, rows] = await database.write([
    insertVersion({ org, policy, version, markdown, createdAt: now, ...content }),
    storedVersion(org, policy, version),
  ]);
  const [stored] = readVersions(rows);
  if (stored === undefined) throw instantTaken(effectiveAt);
  if (!sameContent(stored, content)) throw versionTaken(version);
  return stored;
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
  faults.push(...textFaults({ markdown, ...(language === undefined ? {} : { language }) }, ""));
  if (!Number.isSafeInteger(effectiveAt)) refuse("/effective_at", "must be UTC milliseconds.");
  if (!Number.isSafeInteger(noticedAt)) refuse("/noticed_at", "must be UTC milliseconds.");
  if (!VERSION_CLASSES.includes(wanted.class)) refuse("/class", `must be ${VERSION_CLASSES.join(", ")}.`);
  if (reason.trim() === "" || reason.length > 2000) refuse("/reason", "must have 1 to 2,000 characters.");
  return faults;
}
