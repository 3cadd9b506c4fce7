import { expect, it } from "vitest";
import { chooseLanguage, fill, nameOf } from "./language.ts";

it.each([
  [["mr-IN", "hi"], ["en", "hi", "mr"], "mr"],
  [["pt-BR"], ["en", "pt"], "pt"],
  [["sr-Latn-RS"], ["en", "sr", "sr-Latn"], "sr-Latn"],
  [["HI"], ["en", "hi"], "hi"],
  [["", "fr"], ["en", "hi"], "en"],
  [[], ["kn", "en"], "kn"],
  [["mni"], ["en", "mni-Mtei"], "mni-Mtei"],
  [["mni-IN", "en"], ["en", "mni-Mtei"], "mni-Mtei"],
  [["mni-Mtei-IN"], ["en", "mni", "mni-Mtei"], "mni-Mtei"],
  [["mni-Beng-IN", "bn"], ["en", "mni-Mtei", "bn"], "bn"],
  [["sd-IN"], ["en", "sd"], "sd"],
  [["sd-Arab-PK"], ["en", "sd"], "sd"],
  [["sd-Deva-IN", "hi-IN"], ["en", "sd", "hi"], "hi"],
  [["pa-Arab-PK", "ur"], ["en", "pa", "ur"], "ur"],
  [["hi-Latn"], ["en", "hi"], "en"],
  [["ks-Arab-IN"], ["en", "ks"], "ks"],
  [["gom-IN"], ["en", "kok"], "kok"],
  [["not a tag", "en_GB", "ta-LK"], ["en", "ta"], "ta"],
])("%j of %j is %s", (wishes, published, best) => {
  expect(chooseLanguage(wishes, published)).toBe(best);
});

it("fills in what it knows, once, and leaves the rest", () => {
  expect(fill("{a} and {b} and {c}", { a: "{b}", b: "$&" })).toBe("{b} and $& and {c}");
});

it("names what is no language by its tag", () => {
  expect(nameOf("en-a")).toBe("en-a");
});
