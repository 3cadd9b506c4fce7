import { sha256 } from "@noble/hashes/sha2.js";

/** The Merkle tree of RFC 6962, section 2.1, over SHA-256. A hash is 32 bytes. */

export const HASH_BYTES = 32;

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array());

/** SHA-256(0x00 ‖ entry) */
export function leafHash(entry: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return sha256(input);
}

/** SHA-256(0x01 ‖ left ‖ right) */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/** Leaves `begin` to `end` (exclusive). */
export type Range = { readonly begin: number; readonly end: number };

/** The root of the complete subtree of 2^level leaves that begins at leaf index · 2^level. */
export type NodeReader = (level: number, index: number) => Uint8Array;

/** The largest power of two below `n` (n ≥ 2): where RFC 6962 splits. No bit operators: sizes pass 2^32. */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The hash of a range that RFC 6962 splitting produces, out of complete subtrees. */
export function rangeHash({ begin, end }: Range, node: NodeReader): Uint8Array {
  const size = end - begin;
  if (size === 0) return EMPTY_ROOT;
  if (size === 1) return node(0, begin);
  const split = splitPoint(size);
  if (split * 2 === size) return node(Math.log2(size), begin / size);
  return nodeHash(
    rangeHash({ begin, end: begin + split }, node),
    rangeHash({ begin: begin + split, end }, node),
  );
}

/** The root of the first `size` leaves. */
export function treeRoot(size: number, node: NodeReader): Uint8Array {
  return rangeHash({ begin: 0, end: size }, node);
}
