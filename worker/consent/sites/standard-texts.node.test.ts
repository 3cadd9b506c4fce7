import { expect, test } from "vitest";
import { demoNotice } from "../../../consent-banner/demo-notice.ts";
import { english } from "../../../consent-banner/languages/en.ts";
import { checkDocument } from "./check-document.ts";
import { withStandardTexts } from "./standard-texts.ts";

const { purposes, services } = demoNotice.texts.en ?? { purposes: english.purposes, services: {} };
const bare = { ...demoNotice, texts: { en: { purposes, services, accept: "Yes to all" } } };

test("words that a site does not give are the banner's; its own stay", () => {
  const { texts, drafts } = withStandardTexts(bare);
  expect(texts.en).toMatchObject({ accept: "Yes to all", reject: english.reject, save: english.save });
  expect(texts.en?.purposes).toEqual(purposes);
  expect(drafts).toBeUndefined();
  expect(checkDocument({ origins: [], notice: bare }).notice?.texts.en?.heading).toBe(english.heading);
});

test("words that nobody reviewed are named where they are taken over, and only there", () => {
  const machine = [{ tag: "en", name: "English", texts: english, drafts: ["accept", "reject"] }];
  expect(withStandardTexts(bare, machine).drafts).toEqual({ en: ["reject"] });
  const all = withStandardTexts(bare, [{ tag: "en", name: "English", texts: english, drafts: ["*"] }]);
  expect(all.drafts?.en).toContain("save");
  expect(all.drafts?.en).not.toContain("accept");
  expect(withStandardTexts(demoNotice, machine).drafts).toEqual(demoNotice.drafts);
});

test("purposes and services are never made up", () => {
  const nothing = { ...demoNotice, texts: { en: {} } };
  const { findings, notice } = checkDocument({ origins: [], notice: nothing });
  expect(notice).toBeNull();
  expect(findings.map(({ pointer }) => pointer)).toContain("/notice/texts/en/purposes/analytics/text");
  expect(findings.map(({ pointer }) => pointer)).toContain("/notice/texts/en/services/heatmap");
});
