/// <reference types="node" />
import { brotliCompressSync, constants } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isRightToLeft, nameOf } from "../language.ts";
import { LANGUAGES } from "./all.ts";
import { english } from "./en.ts";

/** Every text by its path, as `drafts` names it. */
function pathsOf(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  return Object.entries(Object(value)).flatMap(([name, inner]) =>
    pathsOf(inner, path === "" ? name : `${path}.${name}`),
  );
}

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
const inEnglish = new Map(pathsOf(english));
/** Unicode names of the scripts in which the languages are written officially; Latin where none is named. */
const SCRIPTS: Readonly<Record<string, string>> = {
  as: "Bengali",
  bn: "Bengali",
  brx: "Devanagari",
  doi: "Devanagari",
  gu: "Gujarati",
  hi: "Devanagari",
  kn: "Kannada",
  kok: "Devanagari",
  ks: "Arabic",
  mai: "Devanagari",
  ml: "Malayalam",
  "mni-Mtei": "Meetei_Mayek",
  mr: "Devanagari",
  ne: "Devanagari",
  or: "Oriya",
  pa: "Gurmukhi",
  sa: "Devanagari",
  sat: "Ol_Chiki",
  sd: "Arabic",
  ta: "Tamil",
  te: "Telugu",
  ur: "Arabic",
};
/** What is called so in every language. */
const NAMES = /\{\w+\}|Global Privacy Control/g;

it("speaks English, all of the Eighth Schedule, and seven languages of Europe", () => {
  const schedule = "as bn brx doi gu hi kn kok ks mai ml mni-Mtei mr ne or pa sa sat sd ta te ur".split(" ");
  expect(LANGUAGES.map(({ tag }) => tag).sort()).toEqual(
    [...schedule, "en", "de", "fr", "es", "it", "pt", "nl", "pl"].sort(),
  );
});

describe.each(LANGUAGES)("$tag", ({ tag, name, texts, drafts }) => {
  it("is one small file", () => {
    const bytes = brotliCompressSync(JSON.stringify(texts), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
    }).length;
    expect(bytes).toBeLessThanOrEqual(1200);
  });

  it("says everything that English says, with the same places to fill in, in its own script", () => {
    const own = new Map(pathsOf(texts));
    const ownLetter = new RegExp(`\\p{Script_Extensions=${SCRIPTS[tag] ?? "Latin"}}`, "u");
    expect([...own.keys()].sort()).toEqual([...inEnglish.keys()].sort());
    for (const [path, text] of own) {
      expect(placeholders(text), path).toEqual(placeholders(inEnglish.get(path) ?? ""));
      expect(text, path).not.toBe("");
      const letters = text.replaceAll(NAMES, "").match(/[\p{L}\p{M}]/gu) ?? [];
      expect(letters.length, path).toBeGreaterThan(0);
      const foreign = letters.filter((letter) => !ownLetter.test(letter));
      expect(foreign, `${path}: ${text}`).toEqual([]);
    }
  });

  it("is known by its own name and direction, and says whether somebody checked it", () => {
    expect(nameOf(tag).toLocaleLowerCase(tag)).toBe(name.toLocaleLowerCase(tag));
    expect(isRightToLeft(tag)).toBe(["ur", "ks", "sd"].includes(tag));
    expect(drafts).toEqual(tag === "en" ? [] : ["*"]);
  });
});
