import type { Finding } from "./finding.ts";
import { type LintText, lineAt } from "./text.ts";

const ASSUMED: readonly { readonly says: string; readonly pattern: RegExp }[] = [
  {
    says: "Continued use is no consent",
    pattern:
      /\b(?:continu(?:ed|ing)(?:\s+to)?\s+(?:use|access|using|accessing)|if\s+you\s+(?:continue|keep)\s+(?:to\s+)?us(?:e|ing))\b[^.]{0,160}?\b(?:accept(?:ance|ed|s)?|agree(?:d|s|ment)?|consent(?:ed|s)?)\b/i,
  },
  {
    says: "Using something is no agreement",
    pattern:
      /\bby\s+(?:using|accessing|visiting|browsing|installing|registering|continuing)\b[^.]{0,160}?\b(?:you\s+)?(?:accept|agree|consent|acknowledge)\b/i,
  },
];

/** “Continued use is acceptance” and “by using you agree”: neither is consent. */
export function checkAssumedConsent({ passages }: LintText): Finding[] {
  return passages.flatMap((passage) =>
    ASSUMED.flatMap(({ says, pattern }): Finding[] => {
      const match = pattern.exec(passage.text);
      // “Continued use is not consent” says the opposite.
      if (match === null || /\b(?:not|never|no)\b/i.test(match[0])) return [];
      return [
        {
          line: lineAt(passage, match.index),
          severity: "warning",
          rule: "assumed-consent",
          reason: `${says}: consent is a clear act of the person, and can be refused.`,
          suggestion: "Say what the person is told and asked, and on what other ground data is processed.",
        },
      ];
    }),
  );
}
