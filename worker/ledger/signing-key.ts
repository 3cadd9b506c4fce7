import { decodeBase64 } from "./base64.ts";
import { joinBytes, utf8 } from "./bytes.ts";
import { renderVkey, type Signer } from "./signed-note.ts";

/** RFC 8410: what stands before the 32-byte seed in the PKCS #8 form of an Ed25519 key. */
const PKCS8_PREFIX = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** One key of a log; a rotation raises the generation, the origin stays. */
export type LogKey = { readonly origin: string; readonly generation: number };

/** Which keys sign a log now: the present one, and those before it that go on for a while. */
export type LogIdentity = LogKey & { readonly retiring: readonly number[] };

/**
 * The signers of a log, the oldest first: a reader that was there before a rotation finds its key's
 * signature where it always was.
 */
export function signersOf(secret: string, { origin, generation, retiring }: LogIdentity): Promise<Signer[]> {
  return Promise.all([...retiring, generation].map((one) => signerOf(secret, { origin, generation: one })));
}

/**
 * The key that signs a log: Ed25519 from the seed HKDF-SHA-256(secret, info "callers360 ledger key" ‖ \n ‖
 * origin ‖ \n ‖ generation), so that one secret serves every log and no two logs share a key.
 * @param secret 32 bytes in base64 (setting LEDGER_SECRET)
 * @throws RangeError when the secret is not that
 */
export async function signerOf(secret: string, { origin, generation }: LogKey): Promise<Signer> {
  const bytes = decodeBase64(secret);
  if (bytes?.length !== 32) throw new RangeError("LEDGER_SECRET is not 32 bytes in base64");
  const master = await crypto.subtle.importKey("raw", new Uint8Array(bytes), "HKDF", false, ["deriveBits"]);
  const info = new Uint8Array(utf8(`callers360 ledger key\n${origin}\n${generation}`));
  const seed = await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info },
    master,
    256,
  );
  const pkcs8 = new Uint8Array(joinBytes([PKCS8_PREFIX, new Uint8Array(seed)]));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  return {
    name: origin,
    publicKey: await publicKeyOf(pkcs8),
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", key, new Uint8Array(message))),
  };
}

/** What a verifier of the log is given. */
export async function vkeyOf(secret: string, origin: string, generation: number): Promise<string> {
  return renderVkey(await signerOf(secret, { origin, generation }));
}

/** WebCrypto tells the public half of a private key only through an extractable copy's JWK. */
async function publicKeyOf(pkcs8: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const jwk = await crypto.subtle.exportKey("jwk", key);
  if (jwk instanceof ArrayBuffer || jwk.x === undefined) throw new TypeError("the JWK has no public key");
  const publicKey = decodeBase64(`${jwk.x.replaceAll("-", "+").replaceAll("_", "/")}=`);
  if (publicKey?.length !== 32) throw new TypeError("the JWK's public key is not 32 bytes");
  return publicKey;
}
