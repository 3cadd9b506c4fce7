import { expect, test } from "vitest";
import { csvLine } from "./csv.ts";

test("plain cells, numbers and null", () => {
  expect(csvLine(["a", 1.5, null, -3])).toBe("a,1.5,,-3\r\n");
});

test("quotes, commas and line breaks as RFC 4180 writes them", () => {
  expect(csvLine(['say "hi"', "a,b", "two\nlines"])).toBe('"say ""hi""","a,b","two\nlines"\r\n');
});

test.each(["=1+1", "+1", "-1", "@x", "\tx", "\rx"])("a spreadsheet will not run %j", (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`);
});
