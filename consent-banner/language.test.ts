import { expect, it } from "vitest";
import { chooseLanguage, fill } from "./language.ts";

it.each([
  [["mr-IN", "hi"], ["en", "hi", "mr"], "mr"],
  [["pt-BR"], ["en", "pt"], "pt"],
  [["sr-Latn-RS"], ["en", "sr", "sr-Latn"], "sr-Latn"],
  [["HI"], ["en", "hi"], "hi"],
  [["", "fr"], ["en", "hi"], "en"],
  [[], ["kn", "en"], "kn"],
])("%j of %j is %s", (wishes, published, best) => {
  expect(chooseLanguage(wishes, published)).toBe(best);
});

it("fills in what it knows, once, and leaves the rest", () => {
  expect(fill("{a} and {b} and {c}", { a: "{b}", b: "$&" })).toBe("{b} and $& and {c}");
});
