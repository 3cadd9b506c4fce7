import { formatMoment } from "./dates.ts";
import { documentOf } from "./documents.ts";
import type { VersionReading } from "./read-policy.ts";
import { type Block, headingWords, type PolicyDocument } from "./sections.ts";

/** A version without any markup. Before it takes effect its first line says so. */
export function versionText(reading: VersionReading): string {
  const { version, now, publisher } = reading;
  const text = renderPlainText(documentOf(reading));
  if (version.cancelledAt !== null) {
    return `[Cancelled on ${formatMoment(version.cancelledAt, publisher.timeZone)}. Never took effect.]\n\n${text}`;
  }
  if (version.effectiveAt <= now) return text;
  return `[Not in force yet. Takes effect on ${formatMoment(version.effectiveAt, publisher.timeZone)}.]\n\n${text}`;
}

/**
 * The text form of a policy: title and first-level headings underlined, one line a paragraph, so that
 * the reader's own window breaks it.
 */
export function renderPlainText(document: PolicyDocument): string {
  const chunks = document.title === null ? [] : [underline(document.title, "=")];
  for (const { section, blocks } of document.parts) {
    if (section !== null) {
      const heading = headingWords(section);
      chunks.push(section.level === 2 ? underline(heading, "-") : heading);
    }
    let items: string[] = [];
    for (const block of blocks) {
      if (block.kind === "item") items.push(lineOf(block));
      else {
        if (items.length > 0) chunks.push(items.join("\n"));
        items = [];
        chunks.push(lineOf(block));
      }
    }
    if (items.length > 0) chunks.push(items.join("\n"));
  }
  return `${chunks.join("\n\n")}\n`;
}

function lineOf({ text, marker, depth }: Block): string {
  const indent = "  ".repeat(Math.max(0, depth - 1));
  return marker === "" ? `${depth > 0 ? `${indent}  ` : ""}${text}` : `${indent}${marker} ${text}`;
}

function underline(text: string, stroke: string): string {
  return `${text}\n${stroke.repeat([...text].length)}`;
}
