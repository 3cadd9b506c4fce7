import { expect, test } from "vitest";
import { LANGUAGES } from "../../../consent-banner/languages/all.ts";
import { WORDS_IN } from "./tags.ts";
import { fill, wordsIn } from "./words.ts";

const sentencesOf = (value: object): [string, string][] =>
  Object.entries(value).flatMap(([name, one]) =>
    typeof one === "string"
      ? [[name, one]]
      : sentencesOf(one).map(([inner, text]) => [`${name}.${inner}`, text]),
  );

test("there are words in every language that the banner speaks in its first pack", () => {
  expect([...WORDS_IN].sort()).toEqual(
    expect.arrayContaining("bn de en es fr gu hi it mr ne nl pa pl pt ur".split(" ")),
  );
  expect(LANGUAGES.map(({ tag }) => tag)).toEqual(expect.arrayContaining([...WORDS_IN]));
});

test.each(WORDS_IN)(
  "%s says every sentence, with the same places to fill in, and whether it is a draft",
  async (tag) => {
    const { letter, page, lists, language, name, draft } = await wordsIn(tag);
    const { en } = await import("./en.ts");
    const banner = LANGUAGES.find((one) => one.tag === tag);
    expect([language, name]).toEqual([tag, banner?.name]);
    // What the banner marks as drafted by a machine is so here.
    expect(draft === null).toBe(banner?.drafts.length === 0);
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    const english = new Map(sentencesOf({ letter: en.letter, page: en.page, lists: en.lists }));
    const sentences = sentencesOf({ letter, page, lists });
    expect(sentences.map(([key]) => key).sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of sentences) {
      expect(text.trim(), key).not.toBe("");
      expect(places(text), key).toEqual(places(english.get(key) ?? ""));
      if (draft !== null && text.length > 25) expect(text, key).not.toBe(english.get(key));
    }
  },
);

test("a language is found by its base, and who speaks another one reads English", async () => {
  const tags = await Promise.all(["hi-IN", "PT-br", "ta", "constructor"].map(wordsIn));
  expect(tags.map(({ language }) => language)).toEqual(["hi", "pt", "en", "en"]);
});

test("values are put in as they are", () => {
  expect(fill("{a} and {b}", { a: "$& {b}", b: "two" })).toBe("$& {b} and two");
});
