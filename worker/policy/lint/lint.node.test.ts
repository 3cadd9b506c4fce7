import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LintContext } from "./context.ts";
import { lintPolicy } from "./lint.ts";

const first = readFileSync(`${import.meta.dirname}/../../../docs/policies/privacy/2025-10-26.md`, "utf8");

const CONTEXT: LintContext = { policy: "privacy", language: "en", notices: [], profiles: [] };

/** A text without a fault; what a test adds stands in line 5 and after. */
const sound = (...lines: string[]) =>
  `# Policy\n\nLast Updated: 2026-11-24\n\n${lines.join("\n")}\n\n## 1. Data\n\nWe keep names.\n\n## 2. Contact Us\n\nWrite to privacy@example.com.\n`;

/** `line severity rule` of each finding. */
function found(markdown: string, context: Partial<LintContext> = {}): string[] {
  return lintPolicy(markdown, { ...CONTEXT, ...context }).map(
    ({ line, severity, rule }) => `${line} ${severity} ${rule}`,
  );
}

it("finds nothing in a text without a fault", () => {
  expect(found(sound("Hello."))).toEqual([]);
});

it("finds in the first version the wrong section, and what it calls consent", () => {
  // Lines by `grep -n` in the file.
  expect(found(first)).toEqual([
    "7 warning assumed-consent",
    "70 error cross-reference",
    "82 warning assumed-consent",
  ]);
  const [, wrong] = lintPolicy(first, CONTEXT);
  expect(wrong).toEqual({
    line: 70,
    severity: "error",
    rule: "cross-reference",
    reason: "Section 8 is “Changes to This Privacy Policy”; contact details are in section 9.",
    suggestion: "Write “Section 9”.",
  });
});

describe("cross-references", () => {
  it.each([
    ["See Section 7.", ["5 error cross-reference"]],
    ["See\nSection 7.", ["6 error cross-reference"]],
    ["See sections 1, 2 and 3.1.", ["5 error cross-reference"]],
    ["See Sections 1 and 2.", []],
    ["See § 9.", ["5 error cross-reference"]],
    ["Contact us as in Section 1.", ["5 error cross-reference"]],
    ["Contact us as in Section 2.", []],
    ["Section 1 says which names.", []],
    ["You may complain under section 13 of the DPDP Act.", []],
    ["The Information Technology Act, section 43A, asks for care.", []],
    ["As section 8(7) asks.", []],
    ["[There](#contact-us) and [here](#nowhere).", ["5 error cross-reference"]],
    ["[There](#%ff)", ["5 error cross-reference"]],
    ["See Section 1.", []],
  ])("of %j", (text, findings) => {
    expect(found(sound(text))).toEqual(findings);
  });

  it("are not found in headings, nor confused by subsections", () => {
    const text =
      "# P\n\nLast Updated: 2026-11-24\n\n## 1. A\n\n### 1.1. Section 9 of old\n\nSee Section 1.1 or a@b.in.\n";
    expect(found(text)).toEqual([]);
  });
});

describe("contact", () => {
  const without = (way: string) => `# P\n\nLast Updated: 2026-11-24\n\nText. ${way}\n`;
  it.each([
    ["Ask somebody.", ["5 error contact"]],
    ["Write to a@example.com.", []],
    ["[Write](mailto:a@example.com).", []],
    ["Call +91 832 123 4567.", []],
    ["Use [the form](https://example.com/contact).", []],
  ])("%s", (way, findings) => {
    expect(found(without(way))).toEqual(findings);
  });
});

describe("dates", () => {
  it("are missing", () => {
    expect(found("# P\n\nWrite to a@b.in.\n")).toEqual(["1 error last-updated"]);
    expect(found("Write to a@b.in.\n")).toEqual(["1 error last-updated", "1 error title"]);
  });

  it.each([
    ["This is effective from 1 January 2027.", {}, []],
    ["This is effective from 1 January 2027.", { effectiveOn: "2027-01-01" }, []],
    ["This is effective from 1 January 2027.", { effectiveOn: "2027-01-02" }, ["5 error dates"]],
    ["It takes effect on 2027-01-01.\n\nIt comes into force on January 3, 2027.", {}, ["7 error dates"]],
    ["Last Updated: November 25, 2026", {}, ["5 error dates"]],
    ["Since 31 February 2026.", {}, ["5 error dates"]],
    ["Text.", { effectiveOn: "2026-11-23" }, ["3 error dates"]],
    ["Text.", { effectiveOn: "2026-11-24" }, []],
    ["Text.", { version: "2026-11-24" }, []],
    ["Text.", { version: "2026-11-25" }, ["3 warning dates"]],
    ["Text.", { version: "second" }, []],
    ["Text.", { previous: sound("Other.") }, ["3 warning last-updated"]],
  ])("in %j with %o", (text, context, findings) => {
    expect(found(sound(text), context)).toEqual(findings);
  });
});

describe("rights", () => {
  it.each([
    ["You have the right to access your data.", ["5 error rights"]],
    ["- **Right to Erasure:** we delete.", ["5 error rights"]],
    ["You have the right to access.\n\nTo exercise it, write to a@b.in.", []],
    ["You have the right to access.\n\nYou can make a request on [this page](/rights).", []],
    ["We reserve the right to close an account.", []],
  ])("%j", (text, findings) => {
    expect(found(sound(text))).toEqual(findings);
  });
});

describe("assumed consent", () => {
  it.each([
    ["By using our Services, you agree to this policy.", 1],
    ["By visiting the site you consent to cookies.", 1],
    ["Your continued use of the Services constitutes acceptance.", 1],
    ["If you continue to use the site, you are deemed to have accepted.", 1],
    ["If you agree, we count visits. By using encryption we protect data.", 0],
    ["You can continue to use the site when you refuse.", 0],
    ["Continued use is not consent.", 0],
  ])("%s", (text, n) => {
    expect(found(sound(text))).toEqual(Array(n).fill("5 warning assumed-consent"));
  });
});

describe("cookies", () => {
  const service = {
    id: "maps",
    category: "analytics",
    name: "Page maps",
    provider: "Nakshatra",
    country: "IN",
    items: [
      { name: "_nkm", kind: "cookie", days: 90 },
      { name: "nk_*", kind: "cookie", days: 90 },
    ],
  } as const;
  const notices = [{ site_name: "Gera Tiles", services: [service, { ...service, items: [] }] }];

  it("that banners name and the text does not", () => {
    expect(found(sound("We use cookies."), { notices })).toEqual(["5 warning cookies"]);
    expect(found(sound("We use _nkm."), { notices })).toEqual(["1 warning cookies"]);
    expect(found(sound("We use `_nkm` and `nk_…`."), { notices })).toEqual([]);
    expect(found(sound("Terms."), { notices, policy: "terms" })).toEqual([]);
  });

  it("and recipients and purposes that are new, though none was declared", () => {
    const declared = { notices, previous: sound("`_nkm` `nk_`").replace("11-24", "11-20") };
    const text = sound("`_nkm` `nk_` go to Nakshatra for analytics.");
    const none = { purposes: false, recipients: false };
    expect(found(text, { ...declared, changes: none })).toEqual([
      "5 error declared-changes",
      "5 error declared-changes",
    ]);
    expect(found(text, { ...declared, changes: { ...none, recipients: true } })).toEqual([
      "5 error declared-changes",
    ]);
    expect(found(text, { ...declared, changes: { purposes: true, recipients: true } })).toEqual([]);
    expect(found(sound("`_nkm` `nk_`"), { ...declared, changes: none })).toEqual([]);
  });
});

it("says that HTML is text", () => {
  expect(found(sound("Hello <b>you</b>."))).toEqual(["5 warning html"]);
  expect(found(sound("1 < 2 and <a@b.in>."))).toEqual([]);
});

it("reads only the form of a text in another language, and says so", () => {
  expect(found("# नीति\n\nसब।\n", { language: "hi", profiles: ["gdpr"] })).toEqual(["1 hint language"]);
  expect(found("सब।\n", { language: "hi" })).toEqual(["1 hint language", "1 error title"]);
});

describe("profiles", () => {
  const rules = (markdown: string, profile: "dpdp" | "gdpr") =>
    lintPolicy(markdown, { ...CONTEXT, profiles: [profile] })
      .map(({ rule }) => rule)
      .filter((rule) => rule.includes("/"));

  it("name what the first version misses", () => {
    // By reading the first version against the lists of both laws.
    expect(rules(first, "dpdp")).toEqual([
      "dpdp/board",
      "dpdp/grievance",
      "dpdp/nomination",
      "dpdp/retention",
      "dpdp/withdrawal",
    ]);
    expect(rules(first, "gdpr")).toEqual([
      "gdpr/automated-decisions",
      "gdpr/complaint",
      "gdpr/legal-basis",
      "gdpr/obligation",
      "gdpr/retention",
      "gdpr/rights",
      "gdpr/transfers",
    ]);
  });

  it("name nearly everything in an empty text", () => {
    expect(rules("# P\n", "dpdp")).toHaveLength(11);
    expect(rules("# P\n", "gdpr")).toHaveLength(11);
  });

  it("are satisfied by the part itself", () => {
    const text = (words: string) => sound(words);
    expect(rules(text("You can nominate somebody."), "dpdp")).not.toContain("dpdp/nomination");
    expect(rules(text("Complain to the Data Protection Board of India."), "dpdp")).not.toContain(
      "dpdp/board",
    );
    expect(rules(text("A grievance is answered within 60 days."), "dpdp")).not.toContain("dpdp/grievance");
    expect(rules(text("You can withdraw consent at any time."), "gdpr")).not.toContain("gdpr/withdrawal");
  });
});

describe("a text made to be slow", () => {
  const FULL = 512 * 1024;
  const repeat = (part: string) => `# T\n\n## 1. A\n\n${part.repeat(Math.floor(FULL / part.length))}\n`;
  it.each([
    "a",
    "1",
    "+1",
    "Section 9 ",
    "Section 9\n",
    "Section 1.1.1 and 2, ",
    "contact Section 1 ",
    "effective 2026-01-01 ",
    "effective 2026-01-01\n",
    "31 February 2026 ",
    "<a ",
    "a@",
    "by using ",
    "within ",
    "[a](#%ff)\n",
    "## 1. A\n\nSee Section 1.\n\n",
  ])("of %j is answered", (part) => {
    const started = performance.now();
    const findings = lintPolicy(repeat(part), { ...CONTEXT, profiles: ["dpdp", "gdpr"] });
    expect(findings.length).toBeLessThanOrEqual(1000);
    // Some tenths of a second on an idle machine; the square of its length would take minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
