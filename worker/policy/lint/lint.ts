import { checkAssumedConsent } from "./assumed-consent.ts";
import { checkContact } from "./contact.ts";
import type { LintContext } from "./context.ts";
import { checkCookies } from "./cookies.ts";
import { checkCrossReferences } from "./cross-references.ts";
import { checkDates } from "./dates.ts";
import { checkDeclaredChanges } from "./declared-changes.ts";
import { DPDP } from "./dpdp.ts";
import type { Finding } from "./finding.ts";
import { GDPR } from "./gdpr.ts";
import { checkHtml } from "./html.ts";
import { missingParts } from "./profile.ts";
import { checkRights } from "./rights.ts";
import { type LintText, readText } from "./text.ts";
import { checkTitle } from "./title.ts";

type Check = (text: LintText, context: LintContext) => Finding[];

/** Checks that read the form of a text, and those that read English. */
const OF_FORM: readonly Check[] = [checkTitle, checkHtml];
const OF_WORDS: readonly Check[] = [
  checkCrossReferences,
  checkContact,
  checkDates,
  checkRights,
  checkCookies,
  checkAssumedConsent,
  checkDeclaredChanges,
];

/** More says no more than that this is no policy. */
const MAX_FINDINGS = 1000;

/** Everything that is to be said of a policy's text, from its top to its end. */
export function lintPolicy(markdown: string, context: LintContext): Finding[] {
  const text = readText(markdown);
  const english = context.language === "en" || context.language.startsWith("en-");
  const checks = english ? [...OF_FORM, ...OF_WORDS] : OF_FORM;
  const findings = checks.flatMap((check) => check(text, context));
  if (english) {
    for (const profile of context.profiles) {
      findings.push(...missingParts(text, profile, profile === "dpdp" ? DPDP : GDPR));
    }
  } else {
    findings.push({
      line: 1,
      severity: "hint",
      rule: "language",
      reason: `Only the form of this text was checked: its words are ${context.language}, not English.`,
      suggestion: "Have it read by somebody who speaks the language.",
    });
  }
  return findings
    .sort((a, b) => a.line - b.line || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0))
    .slice(0, MAX_FINDINGS);
}
