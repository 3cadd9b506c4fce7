import { expect, it } from "vitest";
import first from "../../docs/policies/privacy/2025-10-26.md?raw";
import { renderPlainText } from "./plain-text.ts";
import { readDocument } from "./sections.ts";

it("reads the first version: title, date and the headings as they stand in the file", () => {
  const { title, lastUpdated, sections } = readDocument(first);
  expect(title).toBe("Privacy Policy");
  expect(lastUpdated).toBe("2025-10-26");
  // From `grep '^##' docs/policies/privacy/2025-10-26.md`, anchors by hand.
  expect(sections.map(({ number, title, id }) => [number, title, id])).toEqual([
    ["1", "Information We Collect", "information-we-collect"],
    ["1.1", "Information You Provide to Us", "information-you-provide-to-us"],
    ["1.2", "Information Collected Automatically", "information-collected-automatically"],
    ["2", "How We Use Your Information", "how-we-use-your-information"],
    ["3", "How We Share Your Information", "how-we-share-your-information"],
    ["4", "Data Retention", "data-retention"],
    ["5", "Your Data Protection Rights", "your-data-protection-rights"],
    ["6", "Security of Your Information", "security-of-your-information"],
    ["7", "Children's Privacy", "childrens-privacy"],
    ["8", "Changes to This Privacy Policy", "changes-to-this-privacy-policy"],
    ["9", "Contact Us", "contact-us"],
  ]);
});

it.each([
  ["Last Updated: October 26, 2025", "2025-10-26"],
  ["**Last Updated:** 5 January 2027", "2027-01-05"],
  ["Last updated: 2026-11-24", "2026-11-24"],
  ["Last Updated: soon", null],
  ["Nothing", null],
  ["- Last Updated: 2026-11-24", null],
  ["## Last Updated: 2026-11-24", null],
])("reads the date of %s", (line, date) => {
  expect(readDocument(`# T\n\n${line}\n`).lastUpdated).toBe(date);
});

it("has no title where the text has none", () => {
  expect(readDocument("## 1. A\n\ntext").title).toBeNull();
});

it("writes plain text without a trace of markup", () => {
  const source =
    "# Privacy Policy\n\nOne *two*\nthree.\n\n## 1. Data\n\n- **Name:** yours\n- mail [us](mailto:a@b.in) or see [here](/x)\n  1. inner\n\n### 1.1. More\n\nEnd. <b>\n";
  expect(renderPlainText(readDocument(source))).toBe(
    [
      "Privacy Policy\n==============",
      "One two three.",
      "1. Data\n-------",
      "- Name: yours\n- mail us (mailto:a@b.in) or see here (/x)\n  1. inner",
      "1.1. More",
      "End. <b>\n",
    ].join("\n\n"),
  );
});
