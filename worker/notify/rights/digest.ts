import { macOf } from "../subscriptions/tokens.ts";

/** What stays of an address that refused for good once the address itself is erased. */
export function suppressionDigest(secret: string, org: string, address: string): Promise<Uint8Array> {
  return macOf(secret, `callers360 suppression v1\n${org}\n${address}`);
}
