import { expect, test } from "vitest";
import { LANGUAGES } from "../../../consent-banner/languages/all.ts";
import { wordsFor } from "./words.ts";
import { WORDS } from "./words-by-language.ts";

test("the form speaks every language that the banner does, in the same script", () => {
  expect(Object.keys(WORDS).sort()).toEqual(LANGUAGES.map(({ tag }) => tag).sort());
  for (const { tag } of LANGUAGES) {
    const known = new Intl.Locale(tag).maximize().script ?? "";
    const own = new RegExp(`^\\p{Script_Extensions=${known}}$`, "u");
    for (const [name, text] of Object.entries(WORDS[tag] ?? {})) {
      const letters: readonly string[] = text.replace("{days}", "").match(/\p{L}/gu) ?? [];
      expect(letters.length, `${tag} ${name}`).toBeGreaterThan(0);
      expect(
        letters.filter((letter) => !own.test(letter)),
        `${tag} ${name}`,
      ).toEqual([]);
    }
  }
});

test("says in which language it speaks, and whether somebody read it", () => {
  expect(wordsFor("en")).toMatchObject({ tag: "en", draft: false });
  expect(wordsFor("pt-BR")).toMatchObject({ tag: "pt", draft: true });
  expect(wordsFor("sv")).toMatchObject({ tag: "en", draft: false });
});
