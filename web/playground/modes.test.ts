import { expect, it } from "vitest";
import { answerMedia } from "./modes.ts";

const sheet =
  "a{color:red}@media (prefers-color-scheme:dark){a{color:blue}}@media (forced-colors: active){a{color:LinkText}}";

it.each([
  ["light", "(max-width:0)", "(max-width:0)"],
  ["dark", "(min-width:0)", "(max-width:0)"],
  ["forced", "(min-width:0)", "(min-width:0)"],
] as const)("in %s", (mode, dark, forced) => {
  expect(answerMedia(sheet, mode)).toBe(
    `a{color:red}@media ${dark}{a{color:blue}}@media ${forced}{a{color:LinkText}}`,
  );
});

it("leaves every other condition alone", () => {
  const other = "@media (max-width:480px) and (prefers-reduced-motion:reduce){a{color:red}}";
  expect(answerMedia(other, "dark")).toBe(other);
});
