import { chooseLanguage } from "../../../consent-banner/language.ts";
import { WORDS } from "./words-by-language.ts";

/** What only the form says, and the banner does not: so it is no part of a language that browsers load. */
export interface FormWords {
  /** The hidden key is too old, or not ours. */
  readonly expired: string;
  readonly unknown: string;
  readonly erased: string;
  /** On another address than the site. */
  readonly apart: string;
  /** Under the same-origin option. */
  readonly joined: string;
  readonly secret: string;
  /** The action of a record. */
  readonly withdrawn: string;
  /** `{days}`, where the Unicode data have no word for them. */
  readonly days?: string;
}

/** Languages whose words here were read by somebody who speaks them. */
const REVIEWED: ReadonlySet<string> = new Set(["en"]);

/** The form's own words in a language, or in English where it has none; `tag` says which it is. */
export function wordsFor(language: string): { tag: string; words: FormWords; draft: boolean } {
  const tag = chooseLanguage([language, "en"], Object.keys(WORDS));
  const words = WORDS[tag];
  if (words === undefined) throw new Error(`no words of the form in ${tag}`);
  return { tag, words, draft: !REVIEWED.has(tag) };
}
