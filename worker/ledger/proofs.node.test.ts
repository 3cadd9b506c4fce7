import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeHex } from "./bytes.ts";
import vectors from "./fixtures/tree-vectors.json" with { type: "json" };
import { entry, leafHashes, wholeTree } from "./fixtures/vectors.ts";
import { consistencyProof, inclusionProof, provesConsistency, provesInclusion } from "./proofs.ts";
import { EMPTY_ROOT, leafHash, treeRoot } from "./tree.ts";

const node = wholeTree(leafHashes(65_537));

function head(size: number) {
  return { size, root: treeRoot(size, node) };
}

/** The same hashes with one bit of one byte turned. */
function turned(proof: readonly Uint8Array[], where: number): Uint8Array[] {
  const target = where % (proof.length * 32);
  return proof.map((hash, i) =>
    i === Math.floor(target / 32) ? hash.map((byte, j) => (j === target % 32 ? byte ^ 1 : byte)) : hash,
  );
}

describe("inclusion", () => {
  it("proves as the independent implementation does", () => {
    for (const { index, size, proof } of vectors.inclusion) {
      const ours = inclusionProof(index, size, node);
      expect(ours.map(encodeHex), `${index} of ${size}`).toEqual(proof);
      expect(provesInclusion(index, size, leafHash(entry(index)), ours, treeRoot(size, node))).toBe(true);
    }
  });

  const places = fc
    .integer({ min: 1, max: 700 })
    .chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size - 1 })));

  it("proves every leaf of every tree, and no other leaf, index or size", () => {
    fc.assert(
      fc.property(places, fc.nat(700), fc.nat(), ([size, index], other, bit) => {
        const proof = inclusionProof(index, size, node);
        const { root } = head(size);
        const leaf = leafHash(entry(index));
        expect(provesInclusion(index, size, leaf, proof, root)).toBe(true);
        expect(provesInclusion(other, size, leaf, proof, root)).toBe(other === index);
        expect(provesInclusion(index, size, leafHash(entry(other)), proof, root)).toBe(other === index);
        expect(provesInclusion(index, size, leaf, [...proof, root], root)).toBe(false);
        expect(provesInclusion(index, size, leaf, proof, head(size + 1).root)).toBe(false);
        if (proof.length === 0) return;
        expect(provesInclusion(index, size, leaf, proof.slice(1), root)).toBe(false);
        expect(provesInclusion(index, size, leaf, turned(proof, bit), root)).toBe(false);
      }),
    );
  });

  it("is refused for what is not in the tree", () => {
    expect(() => inclusionProof(5, 5, node)).toThrow(RangeError);
    expect(provesInclusion(0, 0, EMPTY_ROOT, [], EMPTY_ROOT)).toBe(false);
  });
});

describe("consistency", () => {
  it("proves as the independent implementation does", () => {
    for (const { old, new: size, proof } of vectors.consistency) {
      const ours = consistencyProof(old, size, node);
      expect(ours.map(encodeHex), `${old} to ${size}`).toEqual(proof);
      expect(provesConsistency(head(old), head(size), ours)).toBe(true);
    }
  });

  const pairs = fc
    .integer({ min: 0, max: 700 })
    .chain((size) => fc.tuple(fc.nat({ max: size }), fc.constant(size)));

  it("proves every prefix of every tree, and nothing after one bit was turned", () => {
    fc.assert(
      fc.property(pairs, fc.nat(), ([old, size], bit) => {
        const proof = consistencyProof(old, size, node);
        expect(provesConsistency(head(old), head(size), proof)).toBe(true);
        expect(provesConsistency(head(old), head(size), [...proof, EMPTY_ROOT])).toBe(false);
        expect(provesConsistency(head(old), { size, root: head(size + 1).root }, proof)).toBe(old === 0);
        expect(provesConsistency({ size: old, root: head(old + 1).root }, head(size), proof)).toBe(false);
        expect(provesConsistency({ size: size + 1, root: head(size).root }, head(size), proof)).toBe(false);
        if (proof.length === 0) return;
        expect(provesConsistency(head(old), head(size), proof.slice(1))).toBe(false);
        expect(provesConsistency(head(old), head(size), turned(proof, bit))).toBe(false);
      }),
    );
  });

  it("is refused for a tree that shrank", () => {
    expect(() => consistencyProof(6, 5, node)).toThrow(RangeError);
  });
});
