import { expect, test } from "vitest";
import { csvLine } from "./csv.ts";

test("plain cells, numbers and null", () => {
  expect(csvLine(["a", 1.5, null, -3])).toBe("a,1.5,,-3\r\n");
});

test("quotes, commas and line breaks as RFC 4180 writes them", () => {
  expect(csvLine(['say "hi"', "a,b", "two\nlines"])).toBe('"say ""hi""","a,b","two\nlines"\r\n');
});

test.each(["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx"])("a spreadsheet will not run %j", (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`);
});

test("nothing parts a cell in a spreadsheet that splits at semicolons or tabs", () => {
  expect(csvLine(["price; =1+1", "a\t=1+1"])).toBe('"price; =1+1","a\t=1+1"\r\n');
});
