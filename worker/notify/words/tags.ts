/** The languages that letters and the lists' pages are written in: English, then the others. */
export const WORDS_IN = [
  "en",
  "hi",
  "mr",
  "gu",
  "bn",
  "pa",
  "ur",
  "ne",
  "de",
  "fr",
  "es",
  "it",
  "pt",
  "nl",
  "pl",
] as const;
export type WordsTag = (typeof WORDS_IN)[number];
