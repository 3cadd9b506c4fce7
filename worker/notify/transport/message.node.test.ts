import fc from "fast-check";
import PostalMime from "postal-mime";
import { expect, it } from "vitest";
import type { Parcel } from "./line.ts";
import { quotedPrintable, renderMessage } from "./message.ts";

const AT = Date.UTC(2026, 10, 24, 9, 5, 3);
const PARCEL: Parcel = {
  id: "mail_1",
  from: { name: "Callers360", address: "notices@callers360.example" },
  to: "asha@example.com",
  subject: "News",
  text: ["Text"],
  html: ["<p>Text</p>"],
  language: "en",
  headers: {},
};

/** Any text without the controls that no letter has. */
const words = fc
  .string({ unit: "grapheme", maxLength: 400 })
  .map((text) => text.replaceAll(/\p{Cc}/gu, "\n").toWellFormed());

it("is read back by another program as it was written, in lines that every server takes", async () => {
  await fc.assert(
    fc.asyncProperty(words, words, words, async (text, end, subject) => {
      const raw = renderMessage({ ...PARCEL, subject, text: [text, end], html: [`<p>${end}</p>`] }, AT);
      expect(raw).toMatch(/^[\t\r\n -~]*$/);
      for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(76);
      expect(raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      const mail = await PostalMime.parse(raw);
      expect(mail.text?.trimEnd()).toBe(`${text}\n${end}`.trimEnd());
      expect(mail.html?.trimEnd()).toBe(`<p>${end}</p>`);
      const once = (value: string) => value.replaceAll(/\s+/gu, " ").trim();
      expect(once(mail.subject ?? "")).toBe(once(subject));
    }),
    { numRuns: 100 },
  );
});

it("dates and names a message as RFC 5322 does", () => {
  const raw = renderMessage({ ...PARCEL, from: { name: 'A "B" \\ C', address: "n@callers360.example" } }, AT);
  expect(raw).toMatch(
    /^Date: Tue, 24 Nov 2026 09:05:03 \+0000\r\nFrom: "A \\"B\\" \\\\ C" <n@callers360.example>\r\n/,
  );
  expect(raw).toContain("\r\nMessage-ID: <mail_1@callers360.example>\r\n");
});

// RFC 2045, 6.7: the rules by hand.
it.each([
  ["a=b", "a=3Db"],
  ["é", "=C3=A9"],
  ["end ", "end=20"],
  ["end\t", "end=09"],
  ["x".repeat(76), "x".repeat(76)],
  ["x".repeat(77), `${"x".repeat(75)}=\r\nxx`],
  [`${"x".repeat(74)}éx`, `${"x".repeat(74)}=\r\n=C3=A9x`],
  ["a\nb\r\nc", "a\r\nb\r\nc"],
])("%j is %j in quoted-printable", (text, expected) => {
  expect(quotedPrintable(text)).toBe(expected);
});
