import { sameBytes } from "./bytes.ts";
import { EMPTY_ROOT, type NodeReader, nodeHash, type Range, rangeHash, splitPoint } from "./tree.ts";

/**
 * The audit path of a leaf (RFC 6962, section 2.1.1), the leaf's sibling first.
 * @throws RangeError unless 0 ≤ index < size
 */
export function inclusionProof(index: number, size: number, node: NodeReader): Uint8Array[] {
  if (index < 0 || index >= size) throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  return pathOf(index, { begin: 0, end: size }).map((range) => rangeHash(range, node));
}

function pathOf(index: number, { begin, end }: Range): Range[] {
  if (end - begin === 1) return [];
  const middle = begin + splitPoint(end - begin);
  const left = { begin, end: middle };
  const right = { begin: middle, end };
  return index < middle ? [...pathOf(index, left), right] : [...pathOf(index, right), left];
}

/**
 * The proof that the first `oldSize` leaves are a prefix (RFC 6962, section 2.1.2).
 * Empty where there is nothing to prove: equal sizes, or an empty old tree.
 * @throws RangeError unless 0 ≤ oldSize ≤ newSize
 */
export function consistencyProof(oldSize: number, newSize: number, node: NodeReader): Uint8Array[] {
  if (oldSize < 0 || oldSize > newSize) throw new RangeError(`${oldSize} is not a prefix of ${newSize}`);
  if (oldSize === 0 || oldSize === newSize) return [];
  return prefixOf(oldSize, { begin: 0, end: newSize }, true).map((range) => rangeHash(range, node));
}

function prefixOf(oldEnd: number, { begin, end }: Range, whole: boolean): Range[] {
  if (oldEnd === end) return whole ? [] : [{ begin, end }];
  const middle = begin + splitPoint(end - begin);
  const left = { begin, end: middle };
  const right = { begin: middle, end };
  return oldEnd <= middle
    ? [...prefixOf(oldEnd, left, whole), right]
    : [...prefixOf(oldEnd, right, false), left];
}

/** RFC 9162, section 2.1.3.2. */
export function provesInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index >= size) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at = half(at);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    at = half(at);
    last = half(last);
  }
  return last === 0 && sameBytes(hash, root);
}

/** A tree as a checkpoint states it. */
export type TreeHead = { readonly size: number; readonly root: Uint8Array };

/** RFC 9162, section 2.1.4.2; an empty old tree is a prefix of every tree and takes an empty proof. */
export function provesConsistency(old: TreeHead, now: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (old.size > now.size) return false;
  if (old.size === 0) return proof.length === 0 && sameBytes(old.root, EMPTY_ROOT);
  if (old.size === now.size) return proof.length === 0 && sameBytes(old.root, now.root);
  const [first, ...rest] = isPowerOfTwo(old.size) ? [old.root, ...proof] : proof;
  if (first === undefined) return false;
  let at = old.size - 1;
  let last = now.size - 1;
  while (at % 2 === 1) {
    at = half(at);
    last = half(last);
  }
  let oldHash = first;
  let newHash = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHash(hash, oldHash);
      newHash = nodeHash(hash, newHash);
      while (at % 2 === 0 && at !== 0) {
        at = half(at);
        last = half(last);
      }
    } else {
      newHash = nodeHash(newHash, hash);
    }
    at = half(at);
    last = half(last);
  }
  return last === 0 && sameBytes(oldHash, old.root) && sameBytes(newHash, now.root);
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isPowerOfTwo(n: number): boolean {
  return n === 1 || splitPoint(n) * 2 === n;
}
