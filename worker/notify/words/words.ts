import { WORDS_IN, type WordsTag } from "./tags.ts";

/**
 * The fixed sentences of letters and of the lists' pages in one language. `{name}` in a sentence is filled in;
 * owners, titles, dates and reasons are put in as they come.
 */
export interface Words {
  /** BCP 47. */
  readonly language: string;
  /** Its name for itself. */
  readonly name: string;
  /** What says that these words were drafted by a machine and no native speaker has read them; null once one has. */
  readonly draft: string | null;
  /** The two lists, and the words that are agreed to on joining them. */
  readonly lists: Readonly<
    Record<"policy" | "newsletter", { readonly name: string; readonly wording: string }>
  >;
  readonly letter: Readonly<Record<LetterWord, string>>;
  readonly page: Readonly<Record<PageWord, string>>;
}

/** Letters: the first ones about versions of a policy, then why one gets it, then confirmations. */
type LetterWord =
  | "changes_on"
  | "called_off"
  | "intro"
  | "until_then"
  | "why"
  | "nothing_to_do"
  | "what_changes"
  | "first_version"
  | "marks"
  | "translated"
  | "whole_text"
  | "difference"
  | "history"
  | "called_off_intro"
  | "stays"
  | "as_member"
  | "as_subscriber"
  | "as_reader"
  | "as_tester"
  | "leave"
  | "checkpoint"
  | "please_confirm"
  | "somebody_asked"
  | "confirm_link"
  | "confirm_closing";

/** Pages: their frame, then the form, confirming, leaving, and links that do not work. */
type PageWord =
  | "skip"
  | "privacy"
  | "versions"
  | "languages"
  | "first_a_mail"
  | "email"
  | "bad_email"
  | "subscribe"
  | "look"
  | "on_its_way"
  | "confirm"
  | "confirm_button"
  | "asked_for_nothing"
  | "subscribed"
  | "can_leave"
  | "leave"
  | "leave_means"
  | "leave_button"
  | "left"
  | "left_means"
  | "broken"
  | "broken_means"
  | "again";

/** Loaded when somebody reads it. */
const OTHERS: Readonly<Record<Exclude<WordsTag, "en">, () => Promise<Words>>> = {
  hi: () => import("./hi.ts").then(({ hi }) => hi),
  mr: () => import("./mr.ts").then(({ mr }) => mr),
  gu: () => import("./gu.ts").then(({ gu }) => gu),
  bn: () => import("./bn.ts").then(({ bn }) => bn),
  pa: () => import("./pa.ts").then(({ pa }) => pa),
  ur: () => import("./ur.ts").then(({ ur }) => ur),
  ne: () => import("./ne.ts").then(({ ne }) => ne),
  de: () => import("./de.ts").then(({ de }) => de),
  fr: () => import("./fr.ts").then(({ fr }) => fr),
  es: () => import("./es.ts").then(({ es }) => es),
  it: () => import("./it.ts").then(({ it }) => it),
  pt: () => import("./pt.ts").then(({ pt }) => pt),
  nl: () => import("./nl.ts").then(({ nl }) => nl),
  pl: () => import("./pl.ts").then(({ pl }) => pl),
};

/** The words in a language, in its base language, or else in English. @param language BCP 47 */
export async function wordsIn(language: string): Promise<Words> {
  const base = language.toLowerCase().split("-")[0];
  const tag = WORDS_IN.find((known) => known === base) ?? "en";
  return tag === "en" ? (await import("./en.ts")).en : OTHERS[tag]();
}

/** A sentence with its values put in. */
export function fill(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
