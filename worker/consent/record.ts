import { canonicalText, commitmentTo, SALT_BYTES } from "../ledger/leaf.ts";
import type { Action, Categories } from "./choice.ts";

/** The private, erasable record of one choice: exactly these keys, all always there (ISO/IEC TS 27560). */
export interface ConsentRecord {
  readonly v: 1;
  readonly site: string;
  readonly consent_id: string;
  readonly action: Action;
  readonly choice: number;
  readonly categories: Categories;
  readonly policy_version: string;
  readonly notice_hash: string;
  readonly language: string;
  /** The browser said `Sec-GPC: 1`, or the choice was made by that signal. */
  readonly gpc: boolean;
  /** ISO 3166-1 alpha-2, or null where the edge does not say. */
  readonly country: string | null;
  /** RFC 3339 UTC with milliseconds, the server's clock. */
  readonly at: string;
  /** Index of the newest earlier record of the same site and consent id. */
  readonly prev: number | null;
}

/** A record as it is stored and committed to. */
export interface SealedRecord {
  /** RFC 8785 text. */
  readonly record: string;
  /** 32 random bytes. */
  readonly salt: Uint8Array;
  /** SHA-256(salt ‖ record): all that the log shows. */
  readonly commitment: Uint8Array;
}

/** Binds a record to a fresh random salt, so that nobody can guess it from its commitment. */
export function sealRecord(record: ConsentRecord): SealedRecord {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const text = canonicalText(record);
  return { record: text, salt, commitment: commitmentTo(text, salt) };
}

/** The named boundary: `sealRecord` alone makes this text, from a record. */
export function openRecord(record: string): ConsentRecord {
  return JSON.parse(record) as ConsentRecord;
}

/** Where a visitor fetches the proof of the leaf at `index`. */
export function receiptPath(log: string, index: number): string {
  return `/log/${log}/receipt/${index}.tlog-proof`;
}
