import type { Token } from "markdown-it";
import { parseMarkdown } from "../render.ts";
import { readDocument, type Section } from "../sections.ts";

/** A paragraph, list item, heading or cell, with where it stands in the Markdown. */
export interface Passage {
  readonly kind: "heading" | "text";
  /** Of its first line, counted from 1. */
  readonly line: number;
  /** Its words; where the source breaks a line, so does this. */
  readonly text: string;
  /** Where the lines of `text` begin, ascending; the first is 0. */
  readonly lineStarts: readonly number[];
  readonly links: readonly Link[];
  readonly section: Section | null;
}

export interface Link {
  readonly href: string;
  readonly line: number;
}

/** A policy's text as the checks read it. */
export interface LintText {
  readonly title: string | null;
  /** As `2025-10-26`. */
  readonly lastUpdated: string | null;
  readonly sections: readonly Section[];
  readonly passages: readonly Passage[];
  readonly lastLine: number;
}

export function readText(markdown: string): LintText {
  const { title, lastUpdated, sections } = readDocument(markdown);
  return {
    title,
    lastUpdated,
    sections,
    passages: readPassages(markdown, sections),
    lastLine: Math.max(1, markdown.trimEnd().split("\n").length),
  };
}

/** The line on which a place in a passage stands. */
export function lineAt({ line, lineStarts }: Passage, index: number): number {
  let [low, high] = [0, lineStarts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= index) low = middle;
    else high = middle;
  }
  return line + low;
}

/** A section's heading and words, those of the sections inside it too. */
export function wordsUnder(text: LintText, section: Section): string {
  const inside = (other: Section | null) =>
    other !== null &&
    (other === section ||
      (section.number !== null && other.number?.startsWith(`${section.number}.`) === true));
  return text.passages
    .filter((passage) => inside(passage.section))
    .flatMap((passage) => [passage.text, ...passage.links.map((link) => link.href)])
    .join("\n");
}

/** Everything the text says, addresses of links included. */
export function allWords({ passages }: LintText): string {
  return passages.flatMap(({ text, links }) => [text, ...links.map(({ href }) => href)]).join("\n");
}

/** Bounded on both sides: texts come from outside, and a long word must not cost its square. */
export const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}\.[\p{L}\p{N}-]{1,63}/u;

function readPassages(markdown: string, sections: readonly Section[]): Passage[] {
  const passages: Passage[] = [];
  const ahead = [...sections];
  let section: Section | null = null;
  let line = 1;
  let heading = false;
  for (const token of parseMarkdown(markdown)) {
    if (token.map !== null) line = token.map[0] + 1;
    if (token.type === "heading_open") {
      heading = true;
      // Only these are sections: one inside a quotation is not, and neither is the title.
      if (token.level === 0 && token.attrGet("id") === ahead[0]?.id) section = ahead.shift() ?? section;
    } else if (token.type === "heading_close") heading = false;
    else if (token.type === "inline") {
      passages.push({ kind: heading ? "heading" : "text", line, section, ...wordsAndLinks(token, line) });
    }
  }
  return passages;
}

function wordsAndLinks(inline: Token, line: number): Pick<Passage, "text" | "links" | "lineStarts"> {
  const parts: string[] = [];
  const links: Link[] = [];
  const lineStarts = [0];
  let length = 0;
  for (const token of inline.children ?? []) {
    if (token.type === "link_open") {
      links.push({ href: String(token.attrGet("href")), line: line + lineStarts.length - 1 });
      continue;
    }
    const isBreak = token.type === "softbreak" || token.type === "hardbreak";
    const words = isBreak ? "\n" : token.content;
    parts.push(words);
    length += words.length;
    if (isBreak) lineStarts.push(length);
  }
  return { text: parts.join(""), links, lineStarts };
}
