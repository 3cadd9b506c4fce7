import { readDocument } from "../sections.ts";
import type { LintContext } from "./context.ts";
import type { Finding } from "./finding.ts";
import { type LintText, lineAt } from "./text.ts";
import { writtenDates } from "./written-dates.ts";

const LAST_UPDATED = /last updated\s*:?\s*$/i;
const EFFECTIVE =
  /(?:\beffective(?:\s+date)?|\b(?:takes?|comes?|goes)\s+(?:into\s+)?(?:effect|force)|\bin\s+(?:effect|force))(?:\s+(?:is|from|on|since|as\s+of))*\s*:?\s*$/i;

interface Mention {
  readonly kind: "updated" | "effective";
  readonly date: string;
  readonly text: string;
  readonly line: number;
}

/** A missing “Last Updated”, days that do not exist, and dates that contradict each other. */
export function checkDates(text: LintText, context: LintContext): Finding[] {
  return [
    ...missingDate(text),
    ...impossibleDates(text),
    ...contradictions(text, context),
    ...untouchedDate(text, context),
  ];
}

function missingDate({ lastUpdated }: LintText): Finding[] {
  if (lastUpdated !== null) return [];
  return [
    {
      line: 1,
      severity: "error",
      rule: "last-updated",
      reason: "The text does not say when it was last updated.",
      suggestion: "Add a paragraph of its own under the title, as “Last Updated: November 24, 2026”.",
    },
  ];
}

function impossibleDates({ passages }: LintText): Finding[] {
  return passages.flatMap((passage) =>
    writtenDates(passage.text)
      .filter(({ date }) => date === null)
      .map(({ index, text }) => ({
        line: lineAt(passage, index),
        severity: "error",
        rule: "dates",
        reason: `The calendar has no ${text}.`,
        suggestion: "Correct the date.",
      })),
  );
}

function contradictions(text: LintText, { effectiveOn, version }: LintContext): Finding[] {
  const mentions = mentionsIn(text);
  const findings: Finding[] = [];
  const disagree = (line: number, reason: string, suggestion: string) =>
    findings.push({ line, severity: "error", rule: "dates", reason, suggestion });
  const updated = text.lastUpdated;
  for (const mention of mentions) {
    const { kind, date, line } = mention;
    const other = mentions.find((known) => known.kind === kind && known.date !== date && known.line < line);
    if (other !== undefined) {
      disagree(line, `${mention.text} here, but ${other.text} in line ${other.line}.`, "Keep one date.");
    } else if (kind === "effective" && effectiveOn !== undefined && date !== effectiveOn) {
      disagree(
        line,
        `The text says it takes effect on ${date}, but it is to take effect on ${effectiveOn}.`,
        `Write ${effectiveOn}, or leave the date to the page, which always shows it.`,
      );
    }
  }
  const line = mentions.find(({ kind }) => kind === "updated")?.line ?? 1;
  const effective = effectiveOn ?? mentions.find(({ kind }) => kind === "effective")?.date;
  if (updated !== null && effective !== undefined && updated > effective) {
    disagree(
      line,
      `Last updated on ${updated}, which is after it takes effect on ${effective}.`,
      "What is in force does not change: correct one of the two dates.",
    );
  }
  if (updated !== null && isDate(version) && version !== updated) {
    findings.push({
      line,
      severity: "warning",
      rule: "dates",
      reason: `Last updated on ${updated}, but the version's number is ${version}.`,
      suggestion: `Number the version ${updated}, or correct the date.`,
    });
  }
  return findings;
}

/** Each is compared with all before it. */
const MAX_MENTIONS = 500;

function mentionsIn({ passages }: LintText): Mention[] {
  const mentions = passages.flatMap((passage) =>
    writtenDates(passage.text).flatMap(({ index, text, date }): Mention[] => {
      const before = passage.text.slice(Math.max(0, index - 80), index);
      const kind = LAST_UPDATED.test(before) ? "updated" : EFFECTIVE.test(before) ? "effective" : null;
      return kind === null || date === null ? [] : [{ kind, date, text, line: lineAt(passage, index) }];
    }),
  );
  return mentions.slice(0, MAX_MENTIONS);
}

/** A new text under the old date: who reads it cannot see that it changed. */
function untouchedDate({ lastUpdated, passages }: LintText, { previous }: LintContext): Finding[] {
  if (previous === undefined || lastUpdated === null) return [];
  if (readDocument(previous).lastUpdated !== lastUpdated) return [];
  const dated = passages.find((passage) => /^last updated/i.test(passage.text));
  return [
    {
      line: dated?.line ?? 1,
      severity: "warning",
      rule: "last-updated",
      reason: `The version before was last updated on ${lastUpdated} too.`,
      suggestion: "Set the date of this change.",
    },
  ];
}

function isDate(version: string | undefined): version is string {
  return version !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(version);
}
