import { utf8 } from "../../ledger/bytes.ts";

/**
 * Letters wait in the outbox under AES-256-GCM: links in them are secrets, and secrets are in no table in
 * clear. The key is HKDF-SHA-256(AUTH_SECRET, info "callers360 outbox v1"); the row's id is bound in.
 */
const IV_BYTES = 12;

export async function seal(secret: string, id: string, text: string): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: utf8(id) },
    await keyOf(secret),
    utf8(text),
  );
  const bytes = new Uint8Array(IV_BYTES + sealed.byteLength);
  bytes.set(iv);
  bytes.set(new Uint8Array(sealed), IV_BYTES);
  return bytes;
}

/** @throws OperationError for bytes that this secret did not seal under this id */
export async function unseal(secret: string, id: string, bytes: Uint8Array): Promise<string> {
  const text = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: bytes.slice(0, IV_BYTES), additionalData: utf8(id) },
    await keyOf(secret),
    bytes.slice(IV_BYTES),
  );
  return new TextDecoder().decode(text);
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const raw = await crypto.subtle.importKey("raw", utf8(secret), "HKDF", false, ["deriveKey"]);
  const derivation = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: utf8("callers360 outbox v1"),
  };
  return crypto.subtle.deriveKey(derivation, raw, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}
