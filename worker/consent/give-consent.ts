import { sha256 } from "@noble/hashes/sha2.js";
import { type Env, settingsOf } from "../env.ts";
import { type FieldError, invalid, Problem } from "../http/problem.ts";
import { append } from "../ledger/append.ts";
import { utf8 } from "../ledger/bytes.ts";
import { canonicalJson } from "../ledger/leaf.ts";
import type { ChoiceBody } from "./choice.ts";
import { CHALLENGE_BITS, isAnswered, issueTicket } from "./floods/challenge.ts";
import type { BudgetRefusal, ChoiceRequest, OriginRefusal, Refusal } from "./judge-choice.ts";
import { type ConsentRecord, openRecord, receiptPath } from "./record.ts";
import type { ReachedSite } from "./site-origin.ts";

/** What a visitor is told of a choice: with record and salt its commitment can be computed again. */
export interface ChoiceReceipt {
  readonly consent_id: string;
  readonly index: number;
  readonly record: ConsentRecord;
  /** Standard base64 of 32 bytes. */
  readonly salt: string;
  /** Path of the proof. */
  readonly receipt: string;
}

/** What the request says beside its body. */
export interface Circumstances {
  readonly idempotencyKey: string;
  /** The header `Sec-GPC: 1`. */
  readonly signal: boolean;
  /** ISO 3166-1 alpha-2, or null. */
  readonly country: string | null;
  /** The answer to a challenge as `TICKET.NUMBER`, where one was sent. */
  readonly challenge?: string | undefined;
}

/**
 * Takes a choice into the site's log and answers once it is committed.
 * @returns the receipt, and whether this very answer was given before; null where the site, as it was
 * reached, has no such origin any more
 * @throws Problem 403 wrong secret, 409 key used for another body, 410 erased, 422 not published, 429 with a
 * challenge where the site's budget is spent, 503
 */
export async function giveConsent(
  env: Env,
  site: ReachedSite,
  body: ChoiceBody,
  circumstances: Circumstances,
): Promise<{ receipt: ChoiceReceipt; repeated: boolean } | null> {
  const beyondBudget = await mayGoBeyond(env, site, body, circumstances);
  const request = { ...requestOf(site, body, circumstances), beyondBudget };
  const answer = await append(env, site.log, "consent", request);
  if (answer.kind === "refused") {
    if (answer.reason === "origin-not-registered") return null;
    if (answer.reason === "budget-spent") throw await challengeOf(env, site, body);
    throw problemOf(answer);
  }
  const { repeated, log, index, record, salt } = answer;
  return {
    receipt: {
      consent_id: body.consent_id,
      index,
      record: openRecord(record),
      salt,
      receipt: receiptPath(log, index),
    },
    repeated,
  };
}

async function mayGoBeyond(
  env: Env,
  site: ReachedSite,
  body: ChoiceBody,
  { challenge, idempotencyKey }: Circumstances,
): Promise<boolean> {
  const { rateLimits, authSecret } = settingsOf(env);
  if (!rateLimits) return true;
  if (challenge === undefined) return false;
  const occasion = { site: site.site, noticeHash: body.notice_hash };
  return isAnswered(authSecret, occasion, { answer: challenge, key: idempotencyKey, now: Date.now() });
}

/** 429: the same request is taken with the answer to this challenge, or tomorrow without. */
async function challengeOf(env: Env, site: ReachedSite, body: ChoiceBody): Promise<Problem> {
  const occasion = { site: site.site, noticeHash: body.notice_hash };
  const ticket = await issueTicket(settingsOf(env).authSecret, occasion, Date.now());
  return new Problem(
    429,
    "challenge-required",
    "Challenge required",
    "This site has had more consents today than usual. Find the number that C360-Challenge asks for and send the same request with ?challenge=TICKET.NUMBER within ten minutes, or come back tomorrow.",
    { headers: { "retry-after": "1", "c360-challenge": `ticket=${ticket}, bits=${CHALLENGE_BITS}` } },
  );
}

function requestOf(
  site: ReachedSite,
  body: ChoiceBody,
  circumstances: Circumstances,
): Omit<ChoiceRequest, "beyondBudget"> {
  const { secret, ...rest } = body;
  return {
    org: site.org,
    site: site.site,
    origin: site.origin,
    consentId: body.consent_id,
    secretSha256: sha256(utf8(secret)),
    idempotencyKey: circumstances.idempotencyKey,
    bodySha256: sha256(canonicalJson(rest)),
    action: body.action,
    categories: body.categories,
    choice: body.choice,
    policyVersion: body.policy_version,
    noticeHash: body.notice_hash,
    language: body.language,
    gpc: circumstances.signal || body.action === "gpc",
    country: circumstances.country,
  };
}

function problemOf(refusal: Exclude<Refusal, OriginRefusal | BudgetRefusal>): Problem {
  switch (refusal.reason) {
    case "wrong-secret":
      return new Problem(403, "wrong-secret", "Wrong secret", "This consent id belongs to another secret.", {
        errors: [{ pointer: "/secret", detail: "does not belong to this consent id." }],
      });
    case "erased":
      return erased();
    case "key-reused":
      return new Problem(
        409,
        "idempotency-key-reused",
        "Idempotency-Key used before",
        "This Idempotency-Key was used for another choice of this visitor.",
        { errors: [{ header: "Idempotency-Key", detail: "was used with another body." }] },
      );
    case "unpublished":
      return invalid(unpublished(refusal));
  }
}

function unpublished({ knownVersion, knownHash }: Refusal & { reason: "unpublished" }): FieldError[] {
  const version = { pointer: "/policy_version", detail: "was never published for this site." };
  const hash = { pointer: "/notice_hash", detail: "was never published for this site." };
  if (knownVersion && knownHash) {
    return [{ pointer: "/notice_hash", detail: "was never published under this policy_version." }];
  }
  return [...(knownVersion ? [] : [version]), ...(knownHash ? [] : [hash])];
}

/** 410: there was something, and its owner had it erased. */
export function erased(): Problem {
  return new Problem(410, "erased", "Erased", "What was kept under this consent id has been erased.");
}
