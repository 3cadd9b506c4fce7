/**
 * The best published language for a list of wishes (RFC 4647 lookup): `pt-BR` falls back to `pt`,
 * and the first published one is for everybody else.
 * @param wishes language tags, most wanted first
 */
export function chooseLanguage(wishes: readonly string[], published: readonly string[]): string {
  for (const wish of wishes) {
    const parts = wish.toLowerCase().split("-");
    for (; parts.length > 0; parts.pop()) {
      const match = published.find((tag) => tag.toLowerCase() === parts.join("-"));
      if (match !== undefined) return match;
    }
  }
  return published[0] ?? "en";
}

/** `{name}` in a text becomes its value; an unknown name stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}

/** Scripts written from right to left, among the languages of a notice. */
export const isRightToLeft = (tag: string): boolean => /^(ar|fa|he|ks|sd|ur)(?!.*-(deva|latn))/i.test(tag);

/** Browsers of today do not know what these call themselves. */
const OWN_NAMES: Readonly<Record<string, string>> = {};

/** A language's name for itself. */
export function nameOf(tag: string): string {
  return OWN_NAMES[tag] ?? new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
}
