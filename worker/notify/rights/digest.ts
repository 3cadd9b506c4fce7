import { utf8 } from "../../ledger/bytes.ts";

/** What stays of an address that refused for good once the address itself is erased. */
export async function suppressionDigest(secret: string, org: string, address: string): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const words = utf8(`callers360 suppression v1\n${org}\n${address}`);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, words));
}
