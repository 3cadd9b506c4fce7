import { changeEntries, PackedReader, packNumber } from "./packed-text.ts";

/** Calls in which a keyword was said, and the customers' sentiment in them. */
export interface Said {
  n: number;
  positive: number;
  neutral: number;
  negative: number;
}

/** By keyword. */
export type Keywords = Map<string, Said>;

/** Counts a call's keywords in (`sign` 1) or out (−1). */
export function countKeywords(
  into: Keywords,
  keywords: readonly string[],
  sentiment: "positive" | "neutral" | "negative" | null,
  sign: 1 | -1,
): void {
  for (const keyword of keywords) {
    const said = saidOf(into, keyword);
    said.n += sign;
    if (sentiment !== null) said[sentiment] += sign;
    if (isNothing(said)) into.delete(keyword);
  }
}

/** The counts of a keyword, from now on in `keywords`. */
export function saidOf(keywords: Keywords, keyword: string): Said {
  let said = keywords.get(keyword);
  if (said === undefined) {
    said = { n: 0, positive: 0, neutral: 0, negative: 0 };
    keywords.set(keyword, said);
  }
  return said;
}

/**
 * The stored form with these differences: per keyword, ascending by UTF-16 code units, its length and itself,
 * then calls, positive, neutral and negative ones. Equal counts give equal text; none give "".
 * @throws RangeError for a negative count: a rollup that lost calls it never had
 */
export function changePackedKeywords(packed: string, changes: Keywords): string {
  return changeEntries(packed, changes, {
    name: nameOf,
    skip: (reader) => reader.skip(4),
    changed: (keyword, change, stored) => {
      const said = { ...change };
      if (stored !== null) addSaid(said, stored);
      if (isNothing(said)) return "";
      const counts = [said.n, said.positive, said.neutral, said.negative];
      return packNumber(keyword.length) + keyword + counts.map(packNumber).join("");
    },
  });
}

/** Adds a stored form, or several in one text. @throws RangeError when it is none */
export function addPackedKeywords(into: Keywords, packed: string): void {
  const reader = new PackedReader(packed);
  while (!reader.done) addSaid(saidOf(into, nameOf(reader)), reader);
}

function nameOf(reader: PackedReader): string {
  return reader.characters(reader.number());
}

function addSaid(into: Said, reader: PackedReader): void {
  into.n += reader.number();
  into.positive += reader.number();
  into.neutral += reader.number();
  into.negative += reader.number();
}

function isNothing({ n, positive, neutral, negative }: Said): boolean {
  return n === 0 && positive === 0 && neutral === 0 && negative === 0;
}
