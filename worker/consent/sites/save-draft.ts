import { sha256 } from "@noble/hashes/sha2.js";
import type { Database } from "../../../db/client.ts";
import { Problem } from "../../http/problem.ts";
import { encodeHex, utf8 } from "../../ledger/bytes.ts";
import { type Deed, type Draft, insertDraft, replaceDraft, type SiteKey } from "./queries.ts";
import type { SiteDocument } from "./site-document.ts";
import { readSiteState, type SiteState } from "./site-state.ts";

/** Somebody's save. */
export interface Saving extends SiteKey, Deed {
  readonly document: SiteDocument;
  /** The If-Match header, as it came. */
  readonly ifMatch: string | undefined;
}

/**
 * Saves the draft of a site whole. Who replaces one says which they read, so that the later of two does not
 * undo the earlier unseen.
 * @throws Problem 404 no such site, 428 without If-Match, 412 when another was saved since
 */
export async function saveDraft(
  database: Database,
  saving: Saving,
): Promise<{ created: boolean; draft: Draft }> {
  const { document, actor, now } = saving;
  const state = await readSiteState(database, saving);
  requireMatch(saving.ifMatch, state);
  const draft = { document, etag: etagOf(document, now), updatedAt: now, updatedBy: actor };
  const [, result] = await database.write(
    state.draft === null ? insertDraft(saving, draft) : replaceDraft(saving, draft, state.draft.etag),
  );
  if (result?.rowsAffected !== 1) throw outdated(undefined);
  return { created: state.draft === null, draft };
}

/**
 * RFC 9110, section 13.1.1: the strong tag of what `GET` answers, or `*`.
 * @throws Problem 428 where a draft would be replaced unseen, 412 where it is another one
 */
export function requireMatch(ifMatch: string | undefined, { draft, etag }: SiteState): void {
  if (ifMatch === undefined) {
    if (draft === null) return;
    throw new Problem(
      428,
      "precondition-required",
      "Say what you read",
      "There is a draft already: send its ETag as If-Match, so that nobody's work is lost.",
      { errors: [{ header: "If-Match", detail: "is required." }], headers: { etag } },
    );
  }
  if (!ifMatch.split(",").some((given) => ["*", etag].includes(given.trim()))) throw outdated(etag);
}

function outdated(etag: string | undefined): Problem {
  return new Problem(
    412,
    "draft-changed",
    "Somebody saved since",
    "This is not the draft that you read: read it again, bring your change into it, then save.",
    {
      errors: [{ header: "If-Match", detail: "names another draft than the present one." }],
      ...(etag === undefined ? {} : { headers: { etag } }),
    },
  );
}

/** With the time, so that going back to earlier words is a change too. */
function etagOf(document: SiteDocument, now: number): string {
  return `"${encodeHex(sha256(utf8(`${now} ${JSON.stringify(document)}`))).slice(0, 32)}"`;
}
