import { encodeBase64 } from "../../ledger/base64.ts";
import { sameBytes, utf8 } from "../../ledger/bytes.ts";

/** Whose subscription. */
export interface SubscriptionKey {
  readonly org: string;
  readonly id: string;
}

/** 32 random bytes for a link, and the hash that is kept of them. */
export async function newToken(): Promise<{ token: string; sha256: Uint8Array }> {
  const token = base64url(crypto.getRandomValues(new Uint8Array(32)));
  return { token, sha256: await tokenHash(token) };
}

export async function tokenHash(token: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(token)));
}

/**
 * The token of a subscription's way out, the same in every mail: an HMAC under the worker's secret, so that
 * nothing is stored from which it could be read.
 */
export async function leaveToken(secret: string, { org, id }: SubscriptionKey): Promise<string> {
  return base64url(await macOf(secret, `callers360 leave list v1\n${org}\n${id}`));
}

/** HMAC-SHA-256 under the worker's secret; `words` begin with what it is for. */
export async function macOf(secret: string, words: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", await signingKey(secret), utf8(words)));
}

/** Imported once: a letter to each of many readers asks for it. */
const keys = new Map<string, Promise<CryptoKey>>();

function signingKey(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret);
  if (key === undefined) {
    key = crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    keys.set(secret, key);
  }
  return key;
}

export async function isLeaveToken(secret: string, key: SubscriptionKey, token: string): Promise<boolean> {
  return sameBytes(await tokenHash(token), await tokenHash(await leaveToken(secret, key)));
}

export function confirmPath({ org, id }: SubscriptionKey, token: string): string {
  return `/subscriptions/${org}/${id}/confirm?token=${token}`;
}

/** For a link in the mail and for its List-Unsubscribe header: GET asks, POST acts (RFC 8058). */
export function leavePath({ org, id }: SubscriptionKey, token: string): string {
  return `/subscriptions/${org}/${id}/leave?token=${token}`;
}

function base64url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
