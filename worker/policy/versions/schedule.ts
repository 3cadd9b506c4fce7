import type { Database } from "../../../db/client.ts";
import { formatInstant } from "../../http/fields.ts";
import { type FieldError, invalid, notFound, Problem } from "../../http/problem.ts";
import { announceVersion } from "../../notify/outbox/occasion-queries.ts";
import { hexSha256 } from "../hash.ts";
import type { Finding } from "../lint/finding.ts";
import { readVersions, storedVersion } from "../queries.ts";
import { readDocument } from "../sections.ts";
import type { DeclaredChanges, PolicyVersion, VersionClass } from "../version.ts";
import { type Content, instantTaken, sameContent, versionTaken } from "../version-rules.ts";
import { CLOSING, earliestEffect, leastNoticeInWords } from "./notice-period.ts";
import {
  type Draft,
  type DraftKey,
  dropPublishedDraft,
  publishDraft,
  publishTranslations,
  type TranslatedText,
} from "./queries.ts";
import { outdated, requireMatch } from "./save-draft.ts";
import { contextOf, readState, type VersionState } from "./state.ts";

/** What is decided about a draft when it becomes public. Times are UTC milliseconds. */
export interface Announcement extends DraftKey {
  readonly effectiveAt: number;
  /** In plain words, for the people it concerns. */
  readonly reason: string;
  readonly class: VersionClass;
  readonly changes: DeclaredChanges;
  readonly ifMatch: string | undefined;
  readonly actor: string;
  readonly now: number;
}

export interface Scheduling extends Announcement {
  /** The law or court that orders a notice shorter than the class asks; recorded. */
  readonly courtOrder: string | null;
}

/**
 * Announces a draft: it is public from now on and never changes again. Asked again with the same words
 * it answers the same.
 * @throws Problem 404 no draft, 422 too soon or with errors of the linter, 409 when the number or the
 * instant is taken, 412 when the draft is not the one named
 */
export async function scheduleVersion(database: Database, wanted: Scheduling): Promise<PolicyVersion> {
  const { effectiveAt, now, courtOrder } = wanted;
  const state = await readState(database, wanted, now);
  if (state.published !== null) return sameAgain(state.published, wanted, wanted.courtOrder);
  const draft = draftOf(state);
  if (wanted.ifMatch !== undefined) requireMatch(wanted.ifMatch, draft);
  const faults = timeFaults(wanted);
  if ((wanted.changes.purposes || wanted.changes.recipients) && wanted.class !== "material") {
    faults.push({ pointer: "/class", detail: "must be material, since purposes or recipients change." });
  }
  if (faults.length > 0) throw invalid(faults);
  await requireClean(state, draft, wanted);
  return publish(database, draft, wanted, {
    effectiveAt,
    noticedAt: now,
    importedAt: null,
    courtOrder,
    action: "policy.schedule",
  });
}

export interface Import extends Announcement {
  /** When it was announced, by the importer's word. */
  readonly noticedAt: number;
}

/**
 * Brings a version that was in force before this record began into it, with its dates. It can only be
 * older than what is in force: what changes now is scheduled.
 * @throws Problem as `scheduleVersion`
 */
export async function importVersion(database: Database, wanted: Import): Promise<PolicyVersion> {
  const { effectiveAt, noticedAt, now } = wanted;
  const state = await readState(database, wanted, now);
  if (state.published !== null) return sameAgain(state.published, wanted, null);
  const draft = draftOf(state);
  if (wanted.ifMatch !== undefined) requireMatch(wanted.ifMatch, draft);
  const faults: FieldError[] = [];
  if (effectiveAt > now) {
    faults.push({ pointer: "/effective_at", detail: "is still to come: schedule the version instead." });
  }
  if (noticedAt > effectiveAt) {
    faults.push({ pointer: "/noticed_at", detail: "must not be after effective_at." });
  }
  if (state.inForce !== null && effectiveAt > state.inForce.effectiveAt) {
    faults.push({
      pointer: "/effective_at",
      detail: `must be before ${formatInstant(state.inForce.effectiveAt)}, since when ${state.inForce.version} is in force: import the newest first.`,
    });
  }
  if (faults.length > 0) throw invalid(faults);
  return publish(database, draft, wanted, {
    effectiveAt,
    noticedAt,
    importedAt: now,
    courtOrder: null,
    action: "policy.import",
  });
}

function draftOf({ draft }: VersionState): Draft {
  if (draft === null) throw notFound("draft");
  return draft;
}

/** The number is public already: the same decision is answered again, another is a conflict. */
function sameAgain(published: PolicyVersion, wanted: Announcement, courtOrder: string | null): PolicyVersion {
  const { effectiveAt, reason, class: versionClass, changes } = wanted;
  const same = sameContent(published, {
    ...published,
    effectiveAt,
    reason,
    class: versionClass,
    changes,
    courtOrder,
  });
  if (same && published.cancelledAt === null) return published;
  throw versionTaken(published.version);
}

function timeFaults({ effectiveAt, now, class: versionClass, courtOrder }: Scheduling): FieldError[] {
  const refuse = (detail: string): FieldError[] => [{ pointer: "/effective_at", detail }];
  if (effectiveAt <= now) return refuse("is past.");
  const earliest = earliestEffect(versionClass, now, courtOrder !== null);
  if (effectiveAt >= earliest) return [];
  return courtOrder === null
    ? refuse(
        `must be at least ${leastNoticeInWords(versionClass)} from now, the notice of a ${versionClass} change: ${formatInstant(earliest)} or later.`,
      )
    : refuse(
        `must be at least ${CLOSING / 1000} seconds from now: caches hold the version before that long.`,
      );
}

async function requireClean(state: VersionState, draft: Draft, wanted: Scheduling): Promise<void> {
  const { lintPolicy } = await import("../lint/lint.ts");
  const texts = [[draft.language, draft.markdown] as const, ...Object.entries(draft.translations)];
  const errors = texts.flatMap(([language, markdown]) => {
    const context = contextOf(state, {
      language,
      profiles: [],
      effectiveAt: wanted.effectiveAt,
      changes: wanted.changes,
    });
    const pointer = language === draft.language ? "/markdown" : `/translations/${language}`;
    return lintPolicy(markdown, context)
      .filter(({ severity }) => severity === "error")
      .map((finding) => ({ pointer, detail: sentence(finding) }));
  });
  if (errors.length === 0) return;
  const n = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  throw new Problem(
    422,
    "policy-errors",
    "The text has errors",
    `The linter finds ${n} in the draft: mend the text, save it, schedule it again.`,
    { errors },
  );
}

function sentence({ line, rule, reason, suggestion }: Finding): string {
  return `line ${line}, ${rule}: ${reason} ${suggestion}`;
}

async function publish(
  database: Database,
  draft: Draft,
  wanted: Announcement,
  decided: Pick<Content, "effectiveAt" | "noticedAt" | "importedAt" | "courtOrder"> & {
    readonly action: "policy.schedule" | "policy.import";
  },
): Promise<PolicyVersion> {
  const { org, policy, version, reason, changes, actor, now } = wanted;
  const { action, ...dates } = decided;
  const { title } = draft;
  if (title === null) {
    throw invalid([{ pointer: "/markdown", detail: "must begin with a title, as # Privacy Policy." }]);
  }
  const content = {
    ...dates,
    title,
    language: draft.language,
    sha256: draft.sha256,
    class: wanted.class,
    reason,
    changes,
  };
  const [, inserted, , , rows] = await database.write([
    ...publishDraft(wanted, draft.etag, content, action, { actor, now }),
    publishTranslations(wanted, draft.etag, await translatedTexts(draft), dates.noticedAt),
    dropPublishedDraft(wanted),
    storedVersion(org, policy, version),
    // People are told of what is to come, not of what was.
    ...(action === "policy.schedule" ? [announceVersion(wanted, dates.noticedAt)] : []),
  ]);
  const [stored] = readVersions(rows);
  if (inserted?.rowsAffected === 1 && stored !== undefined) return stored;
  // Somebody was faster: with this number, with this draft, or with this instant.
  if (stored !== undefined) return sameAgain(stored, wanted, dates.courtOrder);
  const state = await readState(database, wanted, now);
  if (state.draft?.etag !== draft.etag) throw outdated(state.draft);
  throw instantTaken(dates.effectiveAt);
}

/** @throws Problem 422 for a translation without a title */
function translatedTexts({ translations }: Draft): Promise<TranslatedText[]> {
  return Promise.all(
    Object.entries(translations).map(async ([language, markdown]) => {
      const { title } = readDocument(markdown);
      if (title === null) {
        throw invalid([{ pointer: `/translations/${language}`, detail: "must begin with a title." }]);
      }
      return { language, title, markdown, sha256: await hexSha256(markdown) };
    }),
  );
}
