import type { Database } from "../../../db/client.ts";
import { type FieldError, invalid, notFound, Problem } from "../../http/problem.ts";
import { hexSha256 } from "../hash.ts";
import { readDocument } from "../sections.ts";
import { isLanguage, textFaults, versionTaken } from "../version-rules.ts";
import {
  countDrafts,
  type Draft,
  type DraftKey,
  deleteDraft,
  draftByKey,
  insertDraft,
  publishedTexts,
  readCount,
  readDraft,
  readPublishedTexts,
  replaceDraft,
} from "./queries.ts";

/** A draft's texts: one authoritative, translations by language. */
export interface DraftTexts {
  readonly language: string;
  readonly markdown: string;
  readonly translations: Readonly<Record<string, string>>;
}

export interface DraftSaving extends DraftKey, DraftTexts {
  /** The If-Match header, as it came. */
  readonly ifMatch: string | undefined;
  readonly actor: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/** `kept`: this number was published with exactly these texts, and nothing was written. */
export type Saved = "created" | "replaced" | "kept";

/** More than anybody works on at once. */
const MAX_DRAFTS = 200;
/** As many as India's constitution names, and English. */
const MAX_TRANSLATIONS = 30;

/**
 * Saves a draft whole. Who replaces one says which they read, so that the later of two does not undo the
 * earlier unseen.
 * @throws Problem 422 bad texts, 428 without If-Match, 412 when another was saved since, 409 when the
 * number was published with other content
 */
export async function saveDraft(
  database: Database,
  saving: DraftSaving,
): Promise<{ saved: Saved; etag: string }> {
  const { org, policy, version, language, markdown, translations, actor, now } = saving;
  const faults = draftFaults(saving);
  if (faults.length > 0) throw invalid(faults);
  const [drafts, published, count] = await database.read([
    draftByKey(saving),
    publishedTexts(saving),
    countDrafts(org),
  ]);
  const sha256 = await hexSha256(markdown);
  const etag = await etagOf(saving);
  const taken = readPublishedTexts(published);
  if (taken !== null) {
    const hashes = new Map(
      await Promise.all(
        Object.entries(translations).map(async ([tag, text]) => [tag, await hexSha256(text)] as const),
      ),
    ).set(language, sha256);
    const same =
      taken.language === language &&
      taken.sha256ByLanguage.size === hashes.size &&
      [...hashes].every(([tag, hash]) => taken.sha256ByLanguage.get(tag) === hash);
    if (!same) throw versionTaken(version);
    return { saved: "kept", etag };
  }
  const before = readDraft(drafts);
  requireMatch(saving.ifMatch, before);
  if (before === null && readCount(count) >= MAX_DRAFTS) {
    throw new Problem(
      409,
      "too-many-drafts",
      "Too many drafts",
      `There are ${MAX_DRAFTS} drafts: delete one first.`,
    );
  }
  const row = {
    org,
    policy,
    version,
    language,
    title: readDocument(markdown).title,
    sha256,
    etag,
    updatedAt: now,
    updatedBy: actor,
    translations,
    markdown,
  };
  const saved = before === null ? "created" : "replaced";
  const [, result] = await database.write(
    before === null ? insertDraft(row) : replaceDraft(row, before.etag),
  );
  if (result?.rowsAffected !== 1) throw outdated();
  return { saved, etag };
}

/**
 * Throws a draft away.
 * @throws Problem 404, 428, 412 as for saving
 */
export async function discardDraft(
  database: Database,
  { ifMatch, actor, now, ...key }: DraftKey & Pick<DraftSaving, "ifMatch" | "actor" | "now">,
): Promise<void> {
  const [drafts] = await database.read([draftByKey(key)]);
  const draft = readDraft(drafts);
  if (draft === null) throw notFound("draft");
  requireMatch(ifMatch, draft);
  const [, result] = await database.write(deleteDraft(key, draft.etag, { actor, now }));
  if (result?.rowsAffected !== 1) throw outdated();
}

/**
 * RFC 9110, section 13.1.1: only the strong tag of what is there, or `*` for whatever is there.
 * @throws Problem 428 where a draft would be replaced unseen, 412 where it is another one
 */
export function requireMatch(ifMatch: string | undefined, draft: Pick<Draft, "etag"> | null): void {
  if (ifMatch === undefined) {
    if (draft === null) return;
    throw new Problem(
      428,
      "precondition-required",
      "Say what you read",
      "There is a draft with this number: send its ETag as If-Match, so that nobody's work is lost.",
      { errors: [{ header: "If-Match", detail: "is required." }], headers: { etag: draft.etag } },
    );
  }
  const matches =
    draft !== null && ifMatch.split(",").some((given) => ["*", draft.etag].includes(given.trim()));
  if (!matches) throw outdated(draft);
}

/** 412: somebody else was faster. */
export function outdated(draft: Pick<Draft, "etag"> | null = null): Problem {
  return new Problem(
    412,
    "precondition-failed",
    "Changed since you read it",
    "The draft is not the one you read: read it again, bring the two together, and save that.",
    {
      errors: [{ header: "If-Match", detail: "does not name the draft as it is now." }],
      headers: draft === null ? {} : { etag: draft.etag },
    },
  );
}

function draftFaults({ language, markdown, translations }: DraftTexts): FieldError[] {
  const tags = Object.keys(translations);
  return [
    ...textFaults({ language, markdown }, ""),
    ...(markdown.trim() === "" ? [{ pointer: "/markdown", detail: "must not be empty." }] : []),
    ...(tags.length > MAX_TRANSLATIONS
      ? [{ pointer: "/translations", detail: `must be at most ${MAX_TRANSLATIONS}.` }]
      : []),
    ...tags.flatMap((tag) => translationFaults(tag, language, translations[tag] ?? "")),
  ];
}

function translationFaults(tag: string, authoritative: string, text: string): FieldError[] {
  const pointer = `/translations/${tag.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  if (!isLanguage(tag)) return [{ pointer, detail: "is not a language tag, as hi." }];
  if (tag === authoritative) return [{ pointer, detail: "is the language of the authoritative text." }];
  return textFaults({ markdown: text }, "").map(({ detail }) => ({ pointer, detail }));
}

/** Of language and all texts: equal drafts have equal tags. */
async function etagOf({ language, markdown, translations }: DraftTexts): Promise<string> {
  const others = Object.entries(translations).sort(([a], [b]) => (a < b ? -1 : 1));
  return `"${(await hexSha256(JSON.stringify([language, markdown, others]))).slice(0, 32)}"`;
}
