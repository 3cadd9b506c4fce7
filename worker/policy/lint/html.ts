import type { Finding } from "./finding.ts";
import { type LintText, lineAt } from "./text.ts";

/** HTML is shown as text, so whoever wrote it will not get what they meant. */
export function checkHtml({ passages }: LintText): Finding[] {
  return passages.flatMap((passage) => {
    const match = /<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?>/i.exec(passage.text);
    if (match === null) return [];
    return [
      {
        line: lineAt(passage, match.index),
        severity: "warning",
        rule: "html",
        reason: `${match[0].slice(0, 40)} is shown as it stands here: HTML is text in a policy.`,
        suggestion: "Write it in Markdown.",
      } satisfies Finding,
    ];
  });
}
