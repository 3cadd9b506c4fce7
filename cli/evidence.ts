import { sha256 } from "@noble/hashes/sha2.js";
import * as v from "valibot";
import type { Notice } from "../consent-banner/configuration.ts";
import { encodeBase64 } from "../worker/ledger/base64.ts";
import { encodeHex, utf8 } from "../worker/ledger/bytes.ts";
import { canonicalJson } from "../worker/ledger/leaf.ts";
import { type ReceiptVerdict, verifyReceipt } from "../worker/ledger/verify-receipt.ts";
import { Misuse, Unfinished } from "./misuse.ts";

const Receipt = v.nullable(v.string());

/** The answer of `GET /api/v1/consent-log/{index}`, as far as it is looked into. */
const Answer = v.object({
  index: v.number(),
  record: v.object({
    site: v.string(),
    consent_id: v.string(),
    action: v.string(),
    choice: v.number(),
    categories: v.object({ preferences: v.boolean(), analytics: v.boolean(), marketing: v.boolean() }),
    policy_version: v.string(),
    notice_hash: v.string(),
    language: v.string(),
    gpc: v.boolean(),
    country: v.nullable(v.string()),
    at: v.string(),
    prev: v.nullable(v.number()),
    v: v.literal(1),
  }),
  salt: v.string(),
  receipt: v.string(),
  log: v.string(),
  vkey: v.string(),
  notice: v.nullable(
    v.object({
      document: v.custom<Notice>((value) => typeof value === "object" && value !== null),
      published_at: v.string(),
      superseded_at: v.nullable(v.string()),
      receipt: Receipt,
    }),
  ),
  policy: v.nullable(v.object({ version: v.string(), url: v.string(), receipt: Receipt })),
});

const PolicyAnswer = v.object({
  version: v.string(),
  title: v.string(),
  effective_at: v.string(),
  sha256: v.string(),
  url: v.string(),
  markdown: v.string(),
});

/** Everything about one entry, as a deployment handed it out. */
export interface Evidence extends v.InferOutput<typeof Answer> {
  /** Texts of `.tlog-proof` files. */
  readonly proof: string;
  readonly noticeProof: string | null;
  readonly policyText: v.InferOutput<typeof PolicyAnswer> | null;
  readonly policyProof: string | null;
}

/** One thing that was checked, in words for a reader who is no engineer. */
export interface Finding {
  readonly what: string;
  /** Null: it could not be checked, and `says` tells why. */
  readonly holds: boolean | null;
  readonly says: string;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Fetches what a deployment keeps about one entry of the key's log.
 * @throws Misuse where there is no such record for this key, Unfinished where nothing answers
 */
export async function fetchEvidence(
  url: URL,
  key: string,
  { index, site }: { readonly index: number; readonly site: string | undefined },
): Promise<Evidence> {
  const query = site === undefined ? "" : `?site=${encodeURIComponent(site)}`;
  const answer = await get(new URL(`/api/v1/consent-log/${index}${query}`, url), {
    authorization: `Bearer ${key}`,
  });
  const evidence = parse(Answer, answer);
  const { notice, policy } = evidence;
  const textAt = (path: string | null | undefined) =>
    path === null || path === undefined ? null : get(new URL(path, url));
  const [proof, noticeProof, policyText, policyProof] = await Promise.all([
    get(new URL(evidence.receipt, url)),
    textAt(notice?.receipt),
    policy === null ? null : get(new URL(`${policy.url}.json`, url)),
    textAt(policy?.receipt),
  ]);
  return {
    ...evidence,
    proof,
    noticeProof,
    policyText: policyText === null ? null : parse(PolicyAnswer, policyText),
    policyProof,
  };
}

async function get(url: URL, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new Unfinished(`${url.href} could not be read: ${String(cause)}`);
    },
  );
  const text = await response.text();
  if (text.length > MAX_BYTES) throw new Unfinished(`${url.href} is longer than evidence can be.`);
  if (response.ok) return text;
  const said = v.safeParse(v.object({ detail: v.string() }), parseJson(text));
  const words = `${url.href} answered ${response.status}${said.success ? `: ${said.output.detail}` : "."}`;
  throw response.status < 500 ? new Misuse(words) : new Unfinished(words);
}

function parse<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  const result = v.safeParse(schema, parseJson(text));
  if (!result.success) throw new Unfinished("The answer is not of the form that this version reads.");
  return result.output;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Checks all of it with the verifier's own code, against one verification key. */
export async function checkEvidence(evidence: Evidence, vkey: string): Promise<Finding[]> {
  const { record, salt, index } = evidence;
  const verdict = await verifyReceipt(utf8(evidence.proof), vkey, { record, salt, index });
  return [
    {
      what: "The record is in the log",
      holds: verdict.verified,
      says: verdict.verified
        ? `Entry ${index} of the log commits to exactly this record. It is in the tree of ${verdict.checkpoint.size} entries that ${verdict.checkpoint.origin} signed.`
        : verdict.reason,
    },
    noticeWords(evidence),
    await noticeInLog(evidence, vkey),
    ...(await policyFindings(evidence, vkey)),
  ];
}

function noticeWords({ notice, record }: Evidence): Finding {
  const what = "These are the words that were shown";
  if (notice === null) return { what, holds: null, says: "The notice is not kept any more." };
  const holds = encodeHex(sha256(canonicalJson(notice.document))) === record.notice_hash;
  return {
    what,
    holds,
    says: holds
      ? "The hash of the notice below is the one in the record."
      : "The notice handed out with the record has another hash than the record names.",
  };
}

async function noticeInLog({ noticeProof, record }: Evidence, vkey: string): Promise<Finding> {
  const what = "The notice is in the log";
  if (noticeProof === null) return { what, holds: null, says: "Its entry has not been made yet." };
  return openLeafFinding(what, await verifyReceipt(utf8(noticeProof), vkey), "notice", record.notice_hash);
}

async function policyFindings(
  { policy, policyText, policyProof, record }: Evidence,
  vkey: string,
): Promise<Finding[]> {
  const what = "The policy of that day";
  if (policy === null || policyText === null) {
    const says = `Version ${record.policy_version} is not kept here; the notice names where it stands.`;
    return [{ what, holds: null, says }];
  }
  const sha = encodeHex(sha256(utf8(policyText.markdown)));
  const holds = sha === policyText.sha256 && policyText.version === record.policy_version;
  const inLog = "The policy is in the log";
  return [
    {
      what,
      holds,
      says: holds
        ? `Version ${policyText.version}, in effect from ${policyText.effective_at}; SHA-256 ${sha}.`
        : "The text handed out is not that of the version that the record names.",
    },
    policyProof === null
      ? { what: inLog, holds: null, says: "It is in no entry of this log." }
      : openLeafFinding(inLog, await verifyReceipt(utf8(policyProof), vkey), "policy", sha),
  ];
}

function openLeafFinding(
  what: string,
  verdict: ReceiptVerdict,
  kind: "notice" | "policy",
  hex: string,
): Finding {
  if (!verdict.verified) return { what, holds: false, says: verdict.reason };
  const { leaf, index } = verdict;
  const holds = leaf !== null && "sha256" in leaf && leaf.kind === kind && encodeHex(leaf.sha256) === hex;
  return {
    what,
    holds,
    says: holds
      ? `Entry ${index} is its hash, ${encodeBase64(leaf.sha256)}: it cannot have been written differently later.`
      : `Entry ${index} of the log is not the ${kind}'s hash.`,
  };
}
