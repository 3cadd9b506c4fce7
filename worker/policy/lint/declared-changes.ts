import type { LintContext } from "./context.ts";
import type { Finding } from "./finding.ts";
import { allWords, type LintText, readText } from "./text.ts";

const PURPOSES = ["preferences", "analytics", "marketing"] as const;

/**
 * Recipients and purposes of the sites' banners that this text names and the one before did not, though
 * the change was declared to add none: then nobody would be asked again.
 */
export function checkDeclaredChanges(text: LintText, { notices, previous, changes }: LintContext): Finding[] {
  if (previous === undefined || changes === undefined) return [];
  const before = allWords(readText(previous)).toLowerCase();
  const services = notices.flatMap((notice) => notice.services);
  const recipients = new Set(services.map(({ provider }) => provider));
  const purposes = PURPOSES.filter((id) => services.some(({ category }) => category === id));
  return [
    ...(changes.recipients ? [] : newlyNamed([...recipients], "recipient", text, before)),
    ...(changes.purposes ? [] : newlyNamed(purposes, "purpose", text, before)),
  ];
}

function newlyNamed(
  names: readonly string[],
  what: "recipient" | "purpose",
  { passages }: LintText,
  before: string,
): Finding[] {
  return names.flatMap((name): Finding[] => {
    const word = name.toLowerCase();
    const passage = passages.find(({ text }) => text.toLowerCase().includes(word));
    if (passage === undefined || before.includes(word)) return [];
    return [
      {
        line: passage.line,
        severity: "error",
        rule: "declared-changes",
        reason: `${name} is a ${what} that the version before does not name, but no change of ${what}s was declared.`,
        suggestion: `Declare it ("changes": { "${what}s": true }), so that consent is asked again.`,
      },
    ];
  });
}
