import type { Finding } from "./finding.ts";
import { allWords, EMAIL, type LintText } from "./text.ts";

/** A telephone number in international form, or a link to a form. */
const OTHER_WAYS = /\+\d[\d ()-]{6,20}\d|\btel:|https:\/\/\S{0,200}(?:contact|request|form)/i;

/** Somebody who has a question must be able to ask it. */
export function checkContact(text: LintText): Finding[] {
  const words = allWords(text);
  if (EMAIL.test(words) || OTHER_WAYS.test(words)) return [];
  return [
    {
      line: text.lastLine,
      severity: "error",
      rule: "contact",
      reason: "The text names no way to reach anybody: no e-mail address, telephone number or form.",
      suggestion: "Add a section “Contact Us” with an e-mail address that somebody reads.",
    },
  ];
}
