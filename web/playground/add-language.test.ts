import { describe, expect, it } from "vitest";
import { demoNotice } from "../../consent-banner/demo-notice.ts";
import { addLanguage, BANNER_LANGUAGES } from "./add-language.ts";
import { judge } from "./judge.ts";
import { asJson } from "./schema.ts";

const document = asJson({ origins: ["https://www.example.com"], notice: demoNotice });

describe("a language added from the banner's own", () => {
  it("could be published at once, and says that nobody has read it", () => {
    const { notice, findings } = judge(addLanguage(document, "ta"));
    expect(notice?.languages).toEqual(["en", "ta"]);
    expect(notice?.texts.ta).toMatchObject({
      choose: "தேர்வு",
      purposes: { necessary: { title: "தேவை" } },
      services: demoNotice.texts.en?.services,
    });
    expect(notice?.drafts?.ta).toEqual(expect.arrayContaining(["*", "services.visits"]));
    expect(findings.map(({ pointer }) => pointer)).toContain("/notice/drafts/ta");
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("is every one of them, once", () => {
    let all = document;
    for (const { tag } of BANNER_LANGUAGES) all = addLanguage(addLanguage(all, tag), tag);
    const { notice } = judge(all);
    expect(notice?.languages.toSorted()).toEqual(BANNER_LANGUAGES.map(({ tag }) => tag).sort());
  });

  it("says nothing of purposes that the site does not have, and nothing at all of what it does not know", () => {
    const one = asJson({
      origins: [],
      notice: { ...demoNotice, categories: demoNotice.categories.slice(0, 1), services: [] },
    });
    expect(addLanguage(one, "hi")).toHaveProperty("notice.texts.hi.purposes.necessary");
    expect(addLanguage(one, "hi")).not.toHaveProperty("notice.texts.hi.purposes.marketing");
    expect(addLanguage(one, "xx")).toBe(one);
    expect(addLanguage("not settings", "hi")).toBe("not settings");
  });
});
