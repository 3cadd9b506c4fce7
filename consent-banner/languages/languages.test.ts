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
/** Unicode names of the scripts, by the languages' own standards. */
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  hi: /\p{Script=Devanagari}/u,
  mr: /\p{Script=Devanagari}/u,
  ne: /\p{Script=Devanagari}/u,
  ur: /\p{Script=Arabic}/u,
  bn: /\p{Script=Bengali}/u,
  gu: /\p{Script=Gujarati}/u,
  pa: /\p{Script=Gurmukhi}/u,
};

describe.each(LANGUAGES)("$tag", ({ tag, name, texts, drafts }) => {
  it("is one small file", () => {
    const bytes = brotliCompressSync(JSON.stringify(texts), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
    }).length;
    expect(bytes).toBeLessThanOrEqual(1200);
  });

  it("says everything that English says, with the same places to fill in, in its own script", () => {
    const own = new Map(pathsOf(texts));
    expect([...own.keys()].sort()).toEqual([...inEnglish.keys()].sort());
    for (const [path, text] of own) {
      expect(placeholders(text), path).toEqual(placeholders(inEnglish.get(path) ?? ""));
      expect(text, path).not.toBe("");
      if (SCRIPTS[tag]) expect(text, path).toMatch(SCRIPTS[tag]);
    }
  });

  it("is known by its own name and direction, and says whether somebody checked it", () => {
    expect(nameOf(tag).toLocaleLowerCase(tag)).toBe(name.toLocaleLowerCase(tag));
    expect(isRightToLeft(tag)).toBe(["ur", "ks", "sd"].includes(tag));
    expect(drafts).toEqual(tag === "en" ? [] : ["*"]);
  });
});
