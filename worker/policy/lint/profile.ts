import type { Finding } from "./finding.ts";
import { allWords, type LintText } from "./text.ts";

/** Something that a law asks a notice to say. */
export interface RequiredPart {
  readonly id: string;
  /** What has to be said, as the end of “The text does not say …”. */
  readonly what: string;
  /** Where the law asks for it. */
  readonly source: string;
  /** Any text that says it matches all of these. */
  readonly said: readonly RegExp[];
  readonly suggestion: string;
}

/** The parts of one law's list that are missing. Whether the law applies is for counsel to say. */
export function missingParts(text: LintText, profile: string, parts: readonly RequiredPart[]): Finding[] {
  const words = allWords(text);
  return parts
    .filter(({ said }) => !said.every((pattern) => pattern.test(words)))
    .map(({ id, what, source, suggestion }) => ({
      line: text.lastLine,
      severity: "warning",
      rule: `${profile}/${id}`,
      reason: `The text does not say ${what} (${source}).`,
      suggestion,
    }));
}
