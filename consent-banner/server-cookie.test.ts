import { expect, test } from "vitest";
import { cookieIn, visitorIn } from "../worker/consent/form/consent-cookie.ts";
import { decodeChoice, encodeChoice } from "./cookie-value.ts";

const identity = { id: `cns_${"a".repeat(22)}`, secret: "B-_".padEnd(43, "c"), choice: 7 };
const categories = { preferences: true, analytics: false, marketing: true };

test.each([
  { identity, despiteSignal: true, language: "", seen: "" },
  { identity: null, despiteSignal: false, language: "", seen: "" },
  { identity, despiteSignal: true, language: "hi", seen: "2026-11-23" },
])("the server and the banner write and read one cookie: %j", (more) => {
  const choice = { categories, revision: 3, date: "2026-11-24", ...more };
  const value = encodeChoice(choice);
  expect(decodeChoice(value)).toEqual(choice);
  expect(cookieIn(`a=b; c360_consent=${value}; z=1`)).toBe(value);
  expect(visitorIn(value)).toEqual(more.identity === null ? null : { identity, categories });
});

test.each([
  undefined,
  "",
  "c360_consent=",
  "c360_consent=x",
  "xc360_consent=categories=",
  'c360_consent=categories="<script>',
  `c360_consent=categories=${"a".repeat(2000)}`,
])("no cookie of ours: %j", (header) => {
  expect(cookieIn(header)).toBeNull();
});
