import { LANGUAGES } from "../../consent-banner/languages/all.ts";
import { asJson, isList, isObject, type Json, type JsonObject, replaceAt } from "./schema.ts";

/** Every language that the banner brings words for, by its tag and its name for itself. */
export const BANNER_LANGUAGES: readonly { readonly tag: string; readonly name: string }[] = LANGUAGES;

/**
 * The settings with one more language, in the banner's own words. What the services are for only the site
 * knows: it stands there in the notice's first language until somebody translates it. All that nobody who
 * speaks the language has read is named under `drafts`, as publishing asks.
 */
export function addLanguage(document: Json, tag: string): Json {
  const language = LANGUAGES.find((one) => one.tag === tag);
  const notice = isObject(document) && isObject(document.notice) ? document.notice : null;
  if (language === undefined || notice === null) return document;
  const listed = isList(notice.languages) ? notice.languages : [];
  if (listed.includes(tag)) return document;

  const texts: JsonObject = isObject(notice.texts) ? notice.texts : {};
  const [first] = listed;
  const original = typeof first === "string" ? texts[first] : undefined;
  const services = isObject(original) && isObject(original.services) ? original.services : {};
  const { purposes, ...words } = language.texts;
  const own = { ...words, purposes: purposesOf(notice, purposes), services };
  const drafts = [...language.drafts, ...Object.keys(services).map((id) => `services.${id}`)];

  const withTag = replaceAt(document, ["notice", "languages"], [...listed, tag]);
  const withTexts = replaceAt(withTag, ["notice", "texts", tag], asJson(own));
  return drafts.length === 0 ? withTexts : replaceAt(withTexts, ["notice", "drafts", tag], drafts);
}

/** Words for the purposes that the site has, and no other. */
function purposesOf(notice: JsonObject, all: object): object {
  const wanted = (isList(notice.categories) ? notice.categories : []).map((one) =>
    isObject(one) ? one.id : undefined,
  );
  return Object.fromEntries(Object.entries(all).filter(([id]) => wanted.includes(id)));
}
