import { error, type Finding, warning } from "./finding.ts";
import { type NoticeDocument, WORDS_NEEDED } from "./site-document.ts";

type LanguageTexts = NoticeDocument["texts"][string];

/** Texts missing in a language, markup that will be shown as text, and a refusal that is fainter. */
export function checkTexts(notice: NoticeDocument): Finding[] {
  const listed = notice.languages.flatMap((language, i) => {
    const twice = notice.languages.indexOf(language) !== i;
    if (twice) {
      return error({
        at: ["notice", "languages", i],
        rule: "language-twice",
        reason: `${language} is listed twice.`,
        suggestion: "Name it once.",
      });
    }
    const texts = notice.texts[language];
    const at = ["notice", "texts", language];
    if (texts === undefined) {
      return missing(at, `There are no texts in ${language}.`);
    }
    return [...missingTexts(notice, texts, at), ...fainterRefusal(texts, at), ...markup(texts, at)];
  });
  const unlisted = Object.keys(notice.texts)
    .filter((language) => !notice.languages.includes(language))
    .map((language) =>
      warning({
        at: ["notice", "texts", language],
        rule: "language-not-listed",
        reason: `Nobody sees the texts in ${language}: languages does not name it.`,
        suggestion: "Name it there, or take its texts out.",
      }),
    );
  return [...listed, ...unlisted];
}

function missingTexts(notice: NoticeDocument, texts: LanguageTexts, at: readonly string[]): Finding[] {
  const words = new Map<string, unknown>(Object.entries(texts));
  return [
    ...WORDS_NEEDED.filter((key) => isBlank(words.get(key))).map((key) =>
      missing([...at, key], "This text is missing."),
    ),
    ...notice.categories.flatMap(({ id }) => {
      const purpose = texts.purposes?.[id];
      const place = [...at, "purposes", id];
      return [
        ...(isBlank(purpose?.title) ? [missing([...place, "title"], "The purpose has no title.")] : []),
        ...(isBlank(purpose?.text) ? [missing([...place, "text"], "The purpose is not explained.")] : []),
        ...(purpose?.data_items?.some((item) => !isBlank(item))
          ? []
          : [
              missing(
                [...place, "data_items"],
                "The personal data is not named item by item (DPDP Rules 2025, rule 3).",
              ),
            ]),
      ];
    }),
    ...notice.services
      .filter(({ id }) => isBlank(texts.services?.[id]))
      .map(({ id, name }) =>
        missing(
          [...at, "services", id],
          `What ${JSON.stringify(name.slice(0, 60))} is used for is not said.`,
        ),
      ),
  ];
}

function missing(at: readonly string[], reason: string): Finding {
  const suggestion = "Write it, or take the language out of languages.";
  return error({ at, rule: "text-missing", reason, suggestion });
}

/** Colours cannot differ: both buttons have one. Words can. */
function fainterRefusal({ accept = "", reject = "" }: LanguageTexts, at: readonly string[]): Finding[] {
  if (isBlank(accept) || isBlank(reject)) return [];
  const faults = [
    ...(/\p{L}/u.test(reject) ? [] : ["It has no word."]),
    ...(reject.trim() === accept.trim() ? ["Both buttons say the same."] : []),
    ...(shouts(accept) && !shouts(reject) ? ["Accepting is in capitals, refusing is not."] : []),
    ...(decorated(accept) && !decorated(reject)
      ? ["Only accepting has a picture or an exclamation mark."]
      : []),
    ...(/^\p{P}*\p{Ll}/u.test(reject) && /^\p{P}*\p{Lu}/u.test(accept)
      ? ["Accepting begins with a capital letter, refusing does not."]
      : []),
  ];
  return faults.map((reason) =>
    error({
      at: [...at, "reject"],
      rule: "reject-fainter",
      reason: `Refusing must be as easy to see as accepting. ${reason}`,
      suggestion: "Write both in the same manner, as “Accept all” and “Reject all”.",
    }),
  );
}

function shouts(text: string): boolean {
  return /\p{Lu}{2}/u.test(text) && !/\p{Ll}/u.test(text);
}

function decorated(text: string): boolean {
  return /[!\u{2190}-\u{2BFF}\p{Extended_Pictographic}]/u.test(text);
}

function markup(texts: LanguageTexts, at: readonly string[]): Finding[] {
  return pathsOf(texts)
    .filter(([, text]) => /<\/?[a-z!][^>]*>|&(?:#\d+|[a-z]+);/i.test(text))
    .map(([path]) =>
      warning({
        at: [...at, ...path],
        rule: "markup-is-text",
        reason: "It looks like HTML. Visitors will read it as it is written, with its signs.",
        suggestion: "Write plain text.",
      }),
    );
}

/** Every text within, with its path. */
export function pathsOf(value: unknown): [path: readonly string[], text: string][] {
  if (typeof value === "string") return [[[], value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsOf(inner).map(([path, text]): [readonly string[], string] => [[key, ...path], text]),
  );
}

function isBlank(text: unknown): boolean {
  return typeof text !== "string" || text.trim() === "";
}
