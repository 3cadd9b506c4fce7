import { diffArrays } from "diff";

/** A stretch of text and what became of it. */
export interface Run {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** A paragraph with more changed words is a new one to its reader; the search costs their square. */
const MAX_EDITS = 1000;

/** The change from one text to another, word by word: what went before what came. */
export function wordRuns(before: string, after: string): Run[] {
  const changes = diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: MAX_EDITS });
  if (changes === undefined)
    return clean([
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ]);
  const runs: Run[] = [];
  let removed = "";
  let added = "";
  const flush = () => {
    runs.push({ kind: "removed", text: removed }, { kind: "added", text: added });
    removed = "";
    added = "";
  };
  changes.forEach(({ value, ...change }, i) => {
    const text = value.join("");
    if (change.removed) removed += text;
    else if (change.added) added += text;
    else if (!/[\p{L}\p{N}]/u.test(text) && removed + added !== "" && i < changes.length - 1) {
      // Two changed words with only a space or a comma between them are one change to a reader.
      removed += text;
      added += text;
    } else {
      flush();
      runs.push({ kind: "same", text });
    }
  });
  flush();
  return clean(runs);
}

/** How alike two texts are: the share of words they have in common (Dice), 0 to 1. */
export function similarity(a: string, b: string): number {
  const [left, right] = [lettersOf(a), lettersOf(b)];
  if (left.length + right.length === 0) return 1;
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count > 0) {
      common += 1;
      counts.set(word, count - 1);
    }
  }
  return (2 * common) / (left.length + right.length);
}

function clean(runs: readonly Run[]): Run[] {
  return runs.filter((run) => run.text !== "");
}

const WORD = /[\p{L}\p{M}\p{N}_]+(?:['’@.-][\p{L}\p{M}\p{N}_]+)*/gu;
/** A word (an address, `3.5` and `re-ask` are one), white space, or a single other character. */
const TOKEN = new RegExp(`${WORD.source}|\\s+|.`, "gsu");

function wordsOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

function lettersOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
