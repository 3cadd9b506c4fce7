import type { Finding } from "./finding.ts";
import { EMAIL, type LintText, lineAt } from "./text.ts";

const PROMISE = /\bright (?:to|of)\b/i;
/** “We reserve the right to …” promises nothing to the reader. */
const OURS = /\b(?:we|us|callers?360|company)\b[^.]{0,30}\bright to\b|\breserves? the right\b/i;

const REQUEST =
  /\bexercis|\b(?:use|make use of) (?:any of |one of )?(?:these|those|your) rights?\b|\b(?:make|send|file|submit)(?: us)? (?:a|your|such a) request\b/i;
const WAY = /\bcontact\b|\bwrite to\b|\be-?mail\b|\bcall us\b|\bsection \d/i;

/** Rights that are promised without a way to use them. */
export function checkRights({ passages }: LintText): Finding[] {
  const promised = passages.find(
    (passage) => passage.kind === "text" && PROMISE.test(passage.text) && !OURS.test(passage.text),
  );
  if (promised === undefined) return [];
  const usable = passages.some(
    ({ text, links }) => REQUEST.test(text) && (WAY.test(text) || EMAIL.test(text) || links.length > 0),
  );
  if (usable) return [];
  return [
    {
      line: lineAt(promised, Math.max(0, promised.text.search(PROMISE))),
      severity: "error",
      rule: "rights",
      reason: "Rights are promised, but nothing says how to use them.",
      suggestion: "Say where: “To exercise any of these rights, write to privacy@…” or a link to the form.",
    },
  ];
}
