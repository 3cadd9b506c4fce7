/** One escape in JSON or JSON5: `\uXXXX`, `\xXX`, or a backslash and any other character. */
const ESCAPE = /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|[\s\S])/gi;

/**
 * The native binding cuts text at a NUL and ends the whole process at text that is not UTF-8, which
 * SQLite makes out of half a surrogate pair escaped in JSON. Such text must not get into the file: not
 * by itself, and not in JSON that some statement may unpack, now or later.
 * @returns what is wrong with the text, or undefined
 */
export function whyUnreadable(text: string, isUnpacked: boolean): string | undefined {
  if (text.includes("\0")) return "a NUL character";
  if (!text.includes("\\") || !(isUnpacked || /^\s*[[{"]/.test(text))) return undefined;
  let highEnd: number | undefined;
  for (const found of text.matchAll(ESCAPE)) {
    const code = codeOf(found);
    const isHigh = code >= 0xd800 && code < 0xdc00;
    const isLow = code >= 0xdc00 && code < 0xe000;
    if (code === 0) return "an escaped NUL character";
    if (isLow !== (highEnd === found.index)) return HALF;
    if (highEnd !== undefined && !isLow) return HALF;
    highEnd = isHigh ? found.index + found[0].length : undefined;
  }
  return highEnd === undefined ? undefined : HALF;
}

const HALF = "half of an escaped surrogate pair";

/** -1 for an escape that does not give a character by its code. */
function codeOf([text, four, two]: RegExpMatchArray): number {
  if (text === "\\0") return 0;
  const digits = four ?? two;
  return digits === undefined ? -1 : Number.parseInt(digits, 16);
}
