import { sha256 } from "@noble/hashes/sha2.js";
import type { Env } from "../env.ts";
import { type FieldError, invalid, Problem } from "../http/problem.ts";
import { append } from "../ledger/append.ts";
import { utf8 } from "../ledger/bytes.ts";
import { canonicalJson } from "../ledger/leaf.ts";
import type { ChoiceBody } from "./choice.ts";
import type { ChoiceRequest, OriginRefusal, Refusal } from "./judge-choice.ts";
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
}

/**
 * Takes a choice into the site's log and answers once it is committed.
 * @returns the receipt, and whether this very answer was given before; null where the site, as it was
 * reached, has no such origin any more
 * @throws Problem 403 wrong secret, 409 key used for another body, 410 erased, 422 not published, 503
 */
export async function giveConsent(
  env: Env,
  site: ReachedSite,
  body: ChoiceBody,
  circumstances: Circumstances,
): Promise<{ receipt: ChoiceReceipt; repeated: boolean } | null> {
  const answer = await append(env, site.log, "consent", requestOf(site, body, circumstances));
  if (answer.kind === "refused") {
    if (answer.reason === "origin-not-registered") return null;
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

function requestOf(site: ReachedSite, body: ChoiceBody, circumstances: Circumstances): ChoiceRequest {
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

function problemOf(refusal: Exclude<Refusal, OriginRefusal>): Problem {
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
