/**
 * The best published language for a list of wishes (RFC 4647 lookup): `pt-BR` falls back to `pt`, and the
 * first published one is for everybody else. Who wishes for a script is not given another one, and a
 * language that is published in one script only is for whoever named none: `mni` finds `mni-Mtei`.
 * @param wishes language tags, most wanted first
 */
export function chooseLanguage(wishes: readonly string[], published: readonly string[]): string {
  for (const wish of wishes.map((tag) => localeOf(tag)?.toString() ?? tag)) {
    const fits = published.filter((tag) => isReadable(wish, tag));
    const parts = wish.toLowerCase().split("-");
    for (; parts.length > 0; parts.pop()) {
      const match = fits.find((tag) => tag.toLowerCase() === parts.join("-"));
      if (match !== undefined) return match;
    }
    const other = fits.find((tag) => languageOf(tag) === languageOf(wish) && scriptIn(tag) !== undefined);
    if (other !== undefined) return other;
  }
  return published[0] ?? "en";
}

const languageOf = (tag: string): string => tag.split("-", 1)[0]?.toLowerCase() ?? "";

/** The script that a tag names, as `Deva`. */
const scriptIn = (tag: string): string | undefined => /^[a-z]{2,8}-([a-z]{4})(?![a-z0-9])/i.exec(tag)?.[1];

/** Whether a text in `tag` is in the script that was wished for, if one was. */
function isReadable(wish: string, tag: string): boolean {
  const script = scriptIn(wish);
  if (script === undefined || languageOf(wish) !== languageOf(tag)) return true;
  const written = scriptIn(tag) ?? localeOf(tag)?.maximize().script;
  return script.toLowerCase() === written?.toLowerCase();
}

/** A tag as BCP 47 writes it today: Goan Konkani (`gom`) is `kok`; null for what is no tag. */
function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}

/** `{name}` in a text becomes its value; an unknown name stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}

/** Scripts written from right to left, among the languages of a notice. */
export const isRightToLeft = (tag: string): boolean => /^(ar|fa|he|ks|sd|ur)(?!.*-(deva|latn))/i.test(tag);

/** Where what the Unicode data call a language is not what its speakers do, or is in another script. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  "mni-Mtei": "ꯃꯤꯇꯩꯂꯣꯟ",
  sa: "संस्कृतम्",
};

/**
 * A language's name for itself. Asked where the whole Unicode data are: browsers know fewer languages, so
 * the names of a notice's languages are compiled into what they get.
 */
export function nameOf(tag: string): string {
  if (localeOf(tag) === null) return tag;
  return OWN_NAMES[tag] ?? new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
}
