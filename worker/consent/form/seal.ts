import * as v from "valibot";
import { decodeBase64, encodeBase64 } from "../../ledger/base64.ts";
import { utf8 } from "../../ledger/bytes.ts";

/** What a form carries hidden from its page to its answer. */
const Key = v.object({
  site: v.string(),
  /** Who is choosing, made with the page: the banner makes the same on its own. */
  id: v.string(),
  secret: v.string(),
  choice: v.number(),
  /** Whether the visitor ever agreed to anything: who did not is not recognised again. */
  known: v.boolean(),
  /** Whether anything is granted now: taking that back is a withdrawal. */
  granted: v.boolean(),
  idempotency_key: v.string(),
  policy_version: v.string(),
  notice_hash: v.string(),
  language: v.string(),
  /** UTC milliseconds. */
  until: v.number(),
});
export type Key = v.InferOutput<typeof Key>;

/** A key that nobody else can make up or change: JSON and its HMAC-SHA-256, both in base64url. */
export async function seal(secret: string, key: Key): Promise<string> {
  const words = base64url(utf8(JSON.stringify(key)));
  return `${words}.${base64url(new Uint8Array(await crypto.subtle.sign("HMAC", await hmacKey(secret), utf8(words))))}`;
}

/** @returns null for anything that `seal` did not make for this site, or made too long ago */
export async function open(secret: string, sealed: string, site: string, now: number): Promise<Key | null> {
  const [words = "", signature = "", ...more] = sealed.split(".");
  const bytes = fromBase64url(signature);
  if (more.length > 0 || bytes === null) return null;
  if (!(await crypto.subtle.verify("HMAC", await hmacKey(secret), bytes, utf8(words)))) return null;
  const key = v.parse(Key, JSON.parse(new TextDecoder().decode(fromBase64url(words) ?? new Uint8Array())));
  return key.site === site && key.until > now ? key : null;
}

/** The purpose is part of the key, so that no other signature of this secret is one of these. */
async function hmacKey(secret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", utf8(secret), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8("callers360 consent form v1") },
    material,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
}

function base64url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return decodeBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, "="));
}
