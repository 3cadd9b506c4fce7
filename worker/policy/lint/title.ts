import type { Finding } from "./finding.ts";
import type { LintText } from "./text.ts";

/** A policy has a name: it is shown wherever it is listed. */
export function checkTitle({ title }: LintText): Finding[] {
  if (title !== null) return [];
  return [
    {
      line: 1,
      severity: "error",
      rule: "title",
      reason: "The text does not begin with a title.",
      suggestion: "Begin with a heading of the first level, as “# Privacy Policy”.",
    },
  ];
}
