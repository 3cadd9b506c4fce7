import * as v from "valibot";

/** What an issue says in one language. */
export interface IssueText {
  readonly subject: string;
  readonly markdown: string;
}

/** The texts of an issue by language; the first is for everybody whose language is not there. */
export interface IssueTexts {
  readonly first: string;
  readonly texts: Readonly<Record<string, IssueText>>;
}

const Stored = v.object({
  first: v.string(),
  texts: v.record(v.string(), v.object({ subject: v.string(), markdown: v.string() })),
});

/** What `issueWords` made of them. */
export function issueTextsOf(stored: string): IssueTexts {
  return v.parse(Stored, JSON.parse(stored));
}

/** As it stands in the occasion; equal texts are equal words. */
export function issueWords({ first, texts }: IssueTexts): string {
  const byLanguage = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ first, texts: Object.fromEntries(byLanguage) });
}

/** The text in a language, in its base language, or else in the first. */
export function issueTextIn(
  { first, texts }: IssueTexts,
  language: string,
): IssueText & { language: string } {
  for (const tag of [language, language.split("-")[0] ?? language, first]) {
    const text = texts[tag];
    if (text !== undefined) return { ...text, language: tag };
  }
  throw new TypeError("an issue without a text");
}

/** The name of its occasion: an issue is sent once. */
export function occasionOfIssue(id: string): string {
  return `newsletter/${id}`;
}
