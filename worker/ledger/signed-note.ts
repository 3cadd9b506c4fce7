import { sha256 } from "@noble/hashes/sha2.js";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { encodeHex, joinBytes, sameBytes, utf8 } from "./bytes.ts";
import { Refused } from "./refused.ts";

/** C2SP signed-note with Ed25519 keys (signature type 0x01). */

const ED25519 = 0x01;
const ID_BYTES = 4;
const MAX_SIGNATURES = 64;

/** The note may be in order, but this key is not among those that signed it. */
export class NotSigned extends Refused {}

/** A public key under its name: what a verifier trusts. */
export interface VerifierKey {
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface Signer extends VerifierKey {
  /** The 64-byte Ed25519 signature (RFC 8032). */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
function keyId({ name, publicKey }: VerifierKey): Uint8Array {
  return sha256(joinBytes([utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey])).subarray(0, ID_BYTES);
}

/** `name+id in hex+base64(0x01 ‖ public key)` */
export function renderVkey(key: VerifierKey): string {
  return `${key.name}+${encodeHex(keyId(key))}+${encodeBase64(joinBytes([Uint8Array.of(ED25519), key.publicKey]))}`;
}

/** @throws Refused for anything that `renderVkey` would not have written */
export function parseVkey(vkey: string): VerifierKey {
  const [, name = "", encoded = ""] = /^([^\s\u0085+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)$/.exec(vkey) ?? [];
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== 33 || bytes[0] !== ED25519) {
    throw new Refused("The verification key is not of the form name+id+base64 with an Ed25519 key.");
  }
  const key = { name, publicKey: bytes.subarray(1) };
  if (renderVkey(key) !== vkey) throw new Refused("The verification key does not match its own id.");
  return key;
}

/** The text with a signature by each signer, in their order: what is stored and served. */
export async function signNote(text: string, ...signers: readonly Signer[]): Promise<string> {
  const lines = signers.map(async (signer) => {
    const signature = await signer.sign(utf8(text));
    return `— ${signer.name} ${encodeBase64(joinBytes([keyId(signer), signature]))}\n`;
  });
  return `${text}\n${(await Promise.all(lines)).join("")}`;
}

const SIGNATURE_LINE = /^— ([^\s\u0085+]+) ([A-Za-z0-9+/=]+)$/;

/**
 * The text of a note that this key signed. Signatures of other keys (witnesses) may stand beside it.
 * @throws Refused when the note is malformed or not signed by the key
 */
export async function openNote(note: string, key: VerifierKey): Promise<string> {
  if (hasControlCharacter(note)) throw malformed();
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw malformed();
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw malformed();
  const ours: Uint8Array[] = [];
  for (const line of lines) {
    const [, name, encoded = ""] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = decodeBase64(encoded);
    if (name === undefined || bytes === null || bytes.length <= ID_BYTES) throw malformed();
    if (name === key.name && sameBytes(bytes.subarray(0, ID_BYTES), keyId(key)))
      ours.push(bytes.subarray(ID_BYTES));
  }
  const [signature, ...more] = ours;
  if (signature === undefined || more.length > 0) {
    throw new NotSigned(`The checkpoint is not signed once by the key of ${key.name}.`);
  }
  if (!(await verifies(key.publicKey, signature, utf8(text)))) {
    throw new Refused("The signature does not fit the checkpoint: one of them was changed.");
  }
  return text;
}

async function verifies(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(publicKey), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, new Uint8Array(signature), new Uint8Array(message));
}

function hasControlCharacter(note: string): boolean {
  for (const character of note) if (character < " " && character !== "\n") return true;
  return false;
}

function malformed(): Refused {
  return new Refused("The checkpoint is not a well-formed signed note.");
}
