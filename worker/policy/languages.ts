import { html } from "hono/html";
import type { Html } from "../http/page.ts";
import type { VersionReading } from "./read-policy.ts";

/** Every language in which this version can be read, the authoritative one first. */
function languagesOf({ version, translations, translatedFrom }: VersionReading): string[] {
  const others = translations.filter((translation) => translation.version === version.version);
  return [translatedFrom ?? version.language, ...others.map((translation) => translation.language)];
}

/** What an address of this text ends in: nothing where it is the authoritative one. */
export function languageQuery({ version, translatedFrom }: VersionReading): string {
  return translatedFrom === null ? "" : `?lang=${version.language}`;
}

/** The choice of languages, each called by its own name; nothing where there is only one. */
export function languageMenu(reading: VersionReading, path: string): Html {
  const [authoritative, ...others] = languagesOf(reading);
  if (others.length === 0) return html``;
  return html`<nav class="languages" aria-label="Languages"><ul>
${[authoritative ?? "", ...others].map((language) =>
  language === reading.version.language
    ? html`<li><span lang="${language}" aria-current="true">${ownName(language)}</span></li>\n`
    : html`<li><a href="${path}${language === authoritative ? "" : `?lang=${language}`}" lang="${language}" hreflang="${language}">${ownName(language)}</a></li>\n`,
)}</ul></nav>`;
}

/** On a translation: which text is binding. */
export function translationNote({ translatedFrom }: VersionReading, path: string): Html {
  if (translatedFrom === null) return html``;
  const name = new Intl.DisplayNames("en", { type: "language" }).of(translatedFrom) ?? translatedFrom;
  return html`<aside class="notice" aria-label="Translation">
<p>This is a translation. The authoritative text is the one in <a href="${path}" hreflang="${translatedFrom}">${name}</a>.</p>
</aside>`;
}

function ownName(language: string): string {
  return new Intl.DisplayNames(language, { type: "language" }).of(language) ?? language;
}
