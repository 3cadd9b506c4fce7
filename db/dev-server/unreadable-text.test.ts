import { expect, test } from "vitest";
import { whyUnreadable } from "./unreadable-text.ts";

test.each([
  ["plain text"],
  [String.raw`C:\ud800 is a folder`],
  [String.raw`["\ud83d\ude00", "\uD83D\uDE00\n\\ud83d", "\\u0000", "\x41"]`],
  [String.raw`{"path": "C:\\users\\ud"}`],
])("%s can be stored", (text) => {
  expect(whyUnreadable(text, false)).toBeUndefined();
});

test.each([
  ["a\0b", "a NUL character"],
  [String.raw`["\u0000"]`, "an escaped NUL character"],
  [String.raw` {"a": "\\\u0000"}`, "an escaped NUL character"],
  [String.raw`['\x00']`, "an escaped NUL character"],
  [String.raw`["\0"]`, "an escaped NUL character"],
  [String.raw`["\ud83d"]`, "half of an escaped surrogate pair"],
  [String.raw`["\ude00"]`, "half of an escaped surrogate pair"],
  [String.raw`["\ud83d \ude00"]`, "half of an escaped surrogate pair"],
  [String.raw`["\ud83d\ud83d\ude00"]`, "half of an escaped surrogate pair"],
  [String.raw`["\ud83d\n"]`, "half of an escaped surrogate pair"],
  // An escaped backslash and letters, then the second half alone.
  [String.raw`["\\ud83d\ude00"]`, "half of an escaped surrogate pair"],
])("%s cannot", (text, reason) => {
  expect(whyUnreadable(text, false)).toBe(reason);
});

test("text that a statement unpacks is JSON whatever it looks like", () => {
  const text = String.raw`\ud83d`;
  expect(whyUnreadable(text, false)).toBeUndefined();
  expect(whyUnreadable(text, true)).toBe("half of an escaped surrogate pair");
});
