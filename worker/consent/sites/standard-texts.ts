import { english } from "../../../consent-banner/languages/en.ts";
import type { NoticeDocument } from "./site-document.ts";

/** The banner's own words fill those that a site does not give; what its purposes and services are, only the site knows. */
export function withStandardTexts(notice: NoticeDocument): NoticeDocument {
  const { purposes: _, ...standard } = english;
  const texts = Object.fromEntries(
    Object.entries(notice.texts).map(([language, own]) => [
      language,
      language === "en" ? { ...standard, ...own } : own,
    ]),
  );
  return { ...notice, texts };
}
