import { sha256 } from "@noble/hashes/sha2.js";
import canonicalize from "canonicalize";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { decodeUtf8, joinBytes, sameBytes, utf8 } from "./bytes.ts";
import { HASH_BYTES } from "./tree.ts";

/** What concerns a person: the log holds a commitment only. */
const COMMITTED_KINDS = ["consent", "acknowledgement", "subscription"] as const;
/** What is public anyway stands openly, by its hash. */
const OPEN_KINDS = ["policy", "notice"] as const;

type CommittedKind = (typeof COMMITTED_KINDS)[number];
export type OpenKind = (typeof OPEN_KINDS)[number];

/** A public entry of the log; the hashes are 32 bytes. */
export type Leaf =
  | { readonly kind: CommittedKind; readonly commitment: Uint8Array }
  | { readonly kind: OpenKind; readonly sha256: Uint8Array };

export const SALT_BYTES = 32;

/** The RFC 8785 form in UTF-8. @throws TypeError for what has none, as a lone surrogate */
export function canonicalJson(value: unknown): Uint8Array {
  return utf8(canonicalText(value));
}

/** The RFC 8785 form. @throws TypeError for what has none */
export function canonicalText(value: unknown): string {
  const text = canonicalized(value);
  if (text === undefined) throw new TypeError("this value has no RFC 8785 form");
  return text;
}

function canonicalized(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch (cause) {
    throw new TypeError("this value has no RFC 8785 form", { cause });
  }
}

/** SHA-256(salt ‖ RFC 8785 form of the record). @param salt 32 random bytes */
export function commitmentOf(record: unknown, salt: Uint8Array): Uint8Array {
  return commitmentTo(canonicalText(record), salt);
}

/** The same for a record that is in its RFC 8785 form already. */
export function commitmentTo(text: string, salt: Uint8Array): Uint8Array {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt of ${salt.length} bytes`);
  return sha256(joinBytes([salt, utf8(text)]));
}

/** The exact bytes that become the log's entry. */
export function renderLeaf(leaf: Leaf): Uint8Array {
  // Names in order and nothing to escape: this is the RFC 8785 form.
  return utf8(
    "commitment" in leaf
      ? `{"commitment":"${encodeBase64(leaf.commitment)}","kind":"${leaf.kind}","v":1}`
      : `{"kind":"${leaf.kind}","sha256":"${encodeBase64(leaf.sha256)}","v":1}`,
  );
}

/** The leaf in these bytes, or null for anything that `renderLeaf` would not have written. */
export function parseLeaf(bytes: Uint8Array): Leaf | null {
  const text = decodeUtf8(bytes) ?? "";
  const committed = /^\{"commitment":"([A-Za-z0-9+/=]{44})","kind":"([a-z]+)","v":1\}$/.exec(text);
  const open = /^\{"kind":"([a-z]+)","sha256":"([A-Za-z0-9+/=]{44})","v":1\}$/.exec(text);
  const hash = decodeBase64(committed?.[1] ?? open?.[2] ?? "");
  if (hash?.length !== HASH_BYTES) return null;
  const committedKind = COMMITTED_KINDS.find((kind) => kind === committed?.[2]);
  if (committedKind !== undefined) return exactly({ kind: committedKind, commitment: hash }, bytes);
  const openKind = OPEN_KINDS.find((kind) => kind === open?.[1]);
  return openKind === undefined ? null : exactly({ kind: openKind, sha256: hash }, bytes);
}

function exactly(leaf: Leaf, bytes: Uint8Array): Leaf | null {
  return sameBytes(renderLeaf(leaf), bytes) ? leaf : null;
}
