import { expect, test } from "vitest";
import { nextPage } from "./next-page.ts";

const ORIGIN = "https://callers360.com";
const after = (next: string) => nextPage(`?next=${encodeURIComponent(next)}`, ORIGIN);

test("goes to the page that asked for sign-in", () => {
  expect(after("/?team=t_03")).toBe("/?team=t_03");
  expect(after("/log/org_demo/verify#file")).toBe("/log/org_demo/verify#file");
});

test("goes to the dashboard when none asked, or sign-in itself did", () => {
  expect(nextPage("", ORIGIN)).toBe("/");
  expect(after("/sign-in?next=/x")).toBe("/");
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "/\t/evil.example/",
  "\\\\evil.example",
  "javascript:alert(1)",
  "https:evil.example",
  "evil.example",
])("never leaves the origin: %j", (next) => {
  expect(after(next)).toBe("/");
});
