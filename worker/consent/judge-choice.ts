import { sameBytes } from "../ledger/bytes.ts";
import type { Action, Categories } from "./choice.ts";
import type { ConsentRecord } from "./record.ts";

/** A choice on its way into the log, after its form was checked. Survives structured clone. */
export interface ChoiceRequest {
  readonly org: string;
  readonly site: string;
  /** Where the browser said that it stands; the commit checks that it is registered for the site. */
  readonly origin: string;
  readonly consentId: string;
  readonly secretSha256: Uint8Array;
  readonly idempotencyKey: string;
  /** SHA-256 of the body's RFC 8785 form: tells a repetition from another choice under the same key. */
  readonly bodySha256: Uint8Array;
  readonly action: Action;
  readonly categories: Categories;
  readonly choice: number;
  readonly policyVersion: string;
  readonly noticeHash: string;
  readonly language: string;
  readonly gpc: boolean;
  readonly country: string | null;
  /** What is taken though the site's budget of the day is spent: a challenge was answered, or limits are off. */
  readonly beyondBudget: boolean;
}

/** What holds for a visitor: one per site and consent id. */
export interface VisitorState {
  readonly secretSha256: Uint8Array;
  /** Index of the newest record, whether it moved the state or not. */
  readonly newestIndex: number;
  /** Index of the record that holds. */
  readonly stateIndex: number;
  readonly choice: number;
  readonly categories: Categories;
  readonly gpc: boolean;
  /** UTC milliseconds at which the grant ends; null where nothing is granted. */
  readonly grantedUntil: number | null;
  /** Random key of the current analytics grant. */
  readonly visitorKey: string | null;
}

/** The answer that was given under an Idempotency-Key. */
export interface GivenAnswer {
  readonly bodySha256: Uint8Array;
  readonly index: number;
  readonly log: string;
  readonly record: string;
  readonly salt: Uint8Array;
}

/** How the notice that a visitor saw stands for the site. */
export type NoticeStanding =
  | { readonly kind: "published"; readonly consentDays: number; readonly supersededAt: number | null }
  | { readonly kind: "unpublished"; readonly knownVersion: boolean; readonly knownHash: boolean };

/** The site of this log has no such origin now, whatever an isolate remembers. */
export interface OriginRefusal {
  readonly reason: "origin-not-registered";
}

/** A grant beyond the site's budget of the day, without the answer to a challenge. */
export interface BudgetRefusal {
  readonly reason: "budget-spent";
}

export type Refusal =
  | BudgetRefusal
  | OriginRefusal
  | { readonly reason: "wrong-secret" | "erased" | "key-reused" }
  | { readonly reason: "unpublished"; readonly knownVersion: boolean; readonly knownHash: boolean };

export type Verdict =
  | {
      readonly kind: "repeated";
      readonly index: number;
      readonly log: string;
      readonly record: string;
      readonly salt: Uint8Array;
    }
  | ({ readonly kind: "refused" } & Refusal)
  | {
      readonly kind: "recorded";
      readonly record: ConsentRecord;
      readonly moved: boolean;
      readonly next: VisitorState;
    };

/** How long a visitor may still answer a notice that has been replaced: pages stay open for days. */
const SUPERSEDED_GRACE_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;

/**
 * Judges one choice against what the commit read.
 * @param known the visitor's state, null for a new consent id
 * @param given the answer already given under this Idempotency-Key
 * @param commit `index` the leaf it would get, `at` UTC milliseconds, `newKey` makes a random visitor key,
 * `budgetSpent` the site took its budget of grants today
 * @param secretOfErased the secret's hash where the visitor was erased
 */
export function judgeChoice(
  request: ChoiceRequest,
  known: VisitorState | null,
  given: GivenAnswer | null,
  notice: NoticeStanding,
  commit: {
    readonly index: number;
    readonly at: number;
    readonly newKey: () => string;
    readonly budgetSpent: boolean;
  },
  secretOfErased: Uint8Array | null = null,
): Verdict {
  if (secretOfErased !== null) {
    const own = sameBytes(secretOfErased, request.secretSha256);
    return { kind: "refused", reason: own ? "erased" : "wrong-secret" };
  }
  if (known !== null && !sameBytes(known.secretSha256, request.secretSha256)) {
    return { kind: "refused", reason: "wrong-secret" };
  }
  if (given !== null) {
    if (!sameBytes(given.bodySha256, request.bodySha256)) return { kind: "refused", reason: "key-reused" };
    const { index, log, record, salt } = given;
    return { kind: "repeated", index, log, record, salt };
  }
  if (notice.kind === "unpublished") {
    const { knownVersion, knownHash } = notice;
    return { kind: "refused", reason: "unpublished", knownVersion, knownHash };
  }
  // A withdrawal or refusal is never subject to a budget.
  if (commit.budgetSpent && !request.beyondBudget && grants(request)) {
    return { kind: "refused", reason: "budget-spent" };
  }
  const moved = known === null || request.choice > known.choice;
  const next = moved ? movedState(request, notice, commit) : { ...known, newestIndex: commit.index };
  return { kind: "recorded", record: recordOf(request, known, commit.at), moved, next };
}

/** Whether a choice allows anything at all. */
export function grants({ categories }: Pick<ChoiceRequest, "categories">): boolean {
  return categories.preferences || categories.analytics || categories.marketing;
}

function recordOf(request: ChoiceRequest, known: VisitorState | null, at: number): ConsentRecord {
  return {
    v: 1,
    site: request.site,
    consent_id: request.consentId,
    action: request.action,
    choice: request.choice,
    categories: request.categories,
    policy_version: request.policyVersion,
    notice_hash: request.noticeHash,
    language: request.language,
    gpc: request.gpc,
    country: request.country,
    at: new Date(at).toISOString(),
    prev: known === null ? null : known.newestIndex,
  };
}

function movedState(
  request: ChoiceRequest,
  notice: NoticeStanding & { kind: "published" },
  commit: { readonly index: number; readonly at: number; readonly newKey: () => string },
): VisitorState {
  const { categories } = request;
  const stale = notice.supersededAt !== null && commit.at - notice.supersededAt > SUPERSEDED_GRACE_MS;
  const grantedUntil = grants(request) && !stale ? commit.at + notice.consentDays * DAY_MS : null;
  return {
    secretSha256: request.secretSha256,
    newestIndex: commit.index,
    stateIndex: commit.index,
    choice: request.choice,
    categories,
    gpc: request.gpc,
    grantedUntil,
    visitorKey: grantedUntil !== null && categories.analytics ? commit.newKey() : null,
  };
}
