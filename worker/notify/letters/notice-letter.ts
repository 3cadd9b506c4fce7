import * as v from "valibot";
import type { LetterWords } from "../outbox/letter.ts";

/** The words of a notice by language; `en` is always there. */
const NoticeWords = v.record(
  v.string(),
  v.object({
    subject: v.string(),
    paragraphs: v.array(v.string()),
    link: v.optional(v.object({ label: v.string(), path: v.string() })),
  }),
);
export type NoticeWords = Readonly<Record<string, LetterWords>>;

/** The words of a stored notice in a language, in its base language, or else in English. */
export function noticeWordsIn(stored: string, language: string): { words: LetterWords; language: string } {
  const all = v.parse(NoticeWords, JSON.parse(stored));
  for (const tag of [language, language.split("-")[0] ?? language, "en"]) {
    const words = all[tag];
    if (words !== undefined) {
      const { subject, paragraphs, link } = words;
      return {
        words: link === undefined ? { subject, paragraphs } : { subject, paragraphs, link },
        language: tag,
      };
    }
  }
  throw new TypeError("a notice without words");
}
