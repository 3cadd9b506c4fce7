import { diffArrays } from "diff";
import type { Block } from "./sections.ts";
import { type Run, similarity, wordRuns } from "./word-runs.ts";

/** What became of one paragraph or list item; a changed one has the shape of the newer. */
export type BlockChange =
  | { readonly kind: "same" | "added" | "removed"; readonly block: Block }
  | { readonly kind: "changed"; readonly block: Block; readonly runs: readonly Run[] };

/** Below this two paragraphs are told apart as one gone and one new. */
const RELATED = 0.4;
/** Rewritten passages beyond this are not searched for related paragraphs. */
const MAX_PAIRS = 10_000;

/** Compares the paragraphs of one section. */
export function blockChanges(before: readonly Block[], after: readonly Block[]): BlockChange[] {
  const changes: BlockChange[] = [];
  let gone: Block[] = [];
  let come: Block[] = [];
  const flush = () => {
    changes.push(...pairUp(gone, come));
    gone = [];
    come = [];
  };
  for (const change of diffArrays([...before], [...after], { comparator: sameBlock })) {
    if (change.removed) gone.push(...change.value);
    else if (change.added) come.push(...change.value);
    else {
      flush();
      changes.push(...change.value.map((block): BlockChange => ({ kind: "same", block })));
    }
  }
  flush();
  return changes;
}

function sameBlock(a: Block, b: Block): boolean {
  return a.text === b.text && a.kind === b.kind && a.depth === b.depth;
}

/**
 * Within a rewritten passage: pairs the related paragraphs, in order, so that the pairs together are as
 * alike as they can be; the rest is gone or new.
 */
function pairUp(gone: readonly Block[], come: readonly Block[]): BlockChange[] {
  const [rows, columns] = [gone.length, come.length];
  const related = (i: number, j: number): number => {
    const alike = similarity(gone[i]?.text ?? "", come[j]?.text ?? "");
    return alike >= RELATED ? alike : 0;
  };
  const alike = rows * columns > MAX_PAIRS ? [] : gone.map((_, i) => come.map((_, j) => related(i, j)));
  // best[i][j]: the most that can be alike among gone[i…] and come[j…].
  const best = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  const pair = (i: number, j: number) => alike[i]?.[j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const paired = pair(i, j) > 0 ? pair(i, j) + at(i + 1, j + 1) : 0;
      const row = best[i];
      if (row !== undefined) row[j] = Math.max(at(i + 1, j), at(i, j + 1), paired);
    }
  }
  const changes: BlockChange[] = [];
  let [i, j] = [0, 0];
  while (i < rows || j < columns) {
    const [old, block] = [gone[i], come[j]];
    if (
      old !== undefined &&
      block !== undefined &&
      pair(i, j) > 0 &&
      at(i, j) === pair(i, j) + at(i + 1, j + 1)
    ) {
      changes.push({ kind: "changed", block, runs: wordRuns(old.text, block.text) });
      i += 1;
      j += 1;
    } else if (old !== undefined && (block === undefined || at(i + 1, j) >= at(i, j + 1))) {
      changes.push({ kind: "removed", block: old });
      i += 1;
    } else if (block !== undefined) {
      changes.push({ kind: "added", block });
      j += 1;
    }
  }
  return changes;
}
