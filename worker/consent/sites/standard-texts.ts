import { LANGUAGES } from "../../../consent-banner/languages/all.ts";
import type { NoticeDocument } from "./site-document.ts";

type Language = (typeof LANGUAGES)[number];

/**
 * The banner's own words fill those that a site does not give, and what nobody reviewed of them is named
 * among the notice's drafts. What its purposes and services are only the site knows.
 */
export function withStandardTexts(
  notice: NoticeDocument,
  standard: readonly Language[] = LANGUAGES,
): NoticeDocument {
  const texts = { ...notice.texts };
  const drafts = { ...notice.drafts };
  for (const { tag, texts: words, drafts: unreviewed } of standard) {
    const own = texts[tag];
    if (own === undefined) continue;
    const given = new Set(Object.keys(own));
    const filled = Object.entries(words).filter(([key]) => key !== "purposes" && !given.has(key));
    texts[tag] = { ...Object.fromEntries(filled), ...own };
    const all = unreviewed.includes("*");
    const open = filled.map(([key]) => key).filter((key) => all || unreviewed.includes(key));
    if (open.length > 0) drafts[tag] = [...new Set([...(drafts[tag] ?? []), ...open])];
  }
  return { ...notice, texts, ...(Object.keys(drafts).length === 0 ? {} : { drafts }) };
}
