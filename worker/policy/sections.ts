import type { Token } from "markdown-it";
import { parseMarkdown, plainText, renderTokens, splitNumber } from "./render.ts";

/** A heading below the title. `id` is its anchor, `number` as written, without the last dot. */
export interface Section {
  readonly id: string;
  readonly number: string | null;
  readonly title: string;
  /** 2 to 6, as in HTML. */
  readonly level: number;
}

/** A section's number and words, as a reader would say them. */
export function headingWords({ number, title }: Pick<Section, "number" | "title">): string {
  return number === null ? title : `${number}. ${title}`;
}

/** A paragraph's worth of words. `marker` stands before a list's item, `depth` counts lists around it. */
export interface Block {
  readonly kind: "paragraph" | "item" | "code";
  readonly text: string;
  readonly marker: string;
  readonly depth: number;
}

/** What stands under one heading, up to the next; before the first heading `section` is null. */
export interface Part {
  readonly section: Section | null;
  readonly blocks: readonly Block[];
  /** The Markdown of these blocks: it differs also where only the formatting does. */
  readonly source: string;
}

/** A policy's text, read once for all its forms. */
export interface PolicyDocument {
  /** Its first heading of level 1; null where there is none. */
  readonly title: string | null;
  /** The calendar date after "Last Updated:", as `2025-10-26`; null where none can be read. */
  readonly lastUpdated: string | null;
  readonly sections: readonly Section[];
  /** All words but the title. */
  readonly parts: readonly Part[];
  readonly html: { readonly lastUpdated: string | null; readonly text: string };
}

export function readDocument(markdown: string): PolicyDocument {
  const tokens = parseMarkdown(markdown);
  const at = tokens.findIndex((token) => token.type === "heading_open" && token.tag === "h1");
  const rest = at < 0 ? tokens : tokens.toSpliced(at, 3);
  const dated = rest.findIndex((token, i) => {
    const before = rest[i - 1];
    return (
      before?.type === "paragraph_open" && before.level === 0 && /^Last Updated:/i.test(plainText(token))
    );
  });
  const parts = readParts(rest, markdown.split("\n"));
  return {
    title: at < 0 ? null : plainText(tokens[at + 1]).trim() || null,
    lastUpdated: dated < 0 ? null : calendarDate(plainText(rest[dated])),
    sections: parts.flatMap((part) => (part.section === null ? [] : [part.section])),
    parts,
    html:
      dated < 0
        ? { lastUpdated: null, text: renderTokens(rest) }
        : {
            lastUpdated: renderTokens(rest.slice(dated, dated + 1)),
            text: renderTokens(rest.toSpliced(dated - 1, 3)),
          },
  };
}

function readParts(tokens: readonly Token[], lines: readonly string[]): Part[] {
  const heads = tokens.flatMap((token, i) => (token.type === "heading_open" && token.level === 0 ? [i] : []));
  const bounds = [0, ...heads, tokens.length];
  return bounds.slice(0, -1).flatMap((from, n): Part[] => {
    const own = tokens.slice(from, bounds[n + 1]);
    const section = n === 0 ? null : sectionOf(own);
    const body = section === null ? own : own.slice(3);
    if (n === 0 && body.length === 0) return [];
    return [{ section, blocks: readBlocks(body), source: sourceOf(body, lines) }];
  });
}

function sectionOf([open, inline]: readonly Token[]): Section {
  const id = open?.attrGet("id");
  return {
    ...splitNumber(plainText(inline)),
    id: typeof id === "string" ? id : "",
    level: Number(open?.tag.slice(1)),
  };
}

/** The source lines that top-level tokens came from. */
function sourceOf(tokens: readonly Token[], lines: readonly string[]): string {
  return tokens
    .flatMap((token) => (token.level === 0 && token.map !== null ? lines.slice(...token.map) : []))
    .join("\n")
    .trim();
}

function readBlocks(tokens: readonly Token[]): Block[] {
  const blocks: Block[] = [];
  let depth = 0;
  let marker = "";
  let cells: string[] | null = null;
  const add = (kind: "paragraph" | "code", text: string) => {
    blocks.push({ kind: marker === "" ? kind : "item", text, marker, depth });
    marker = "";
  };
  for (const token of tokens) {
    if (token.type === "bullet_list_open" || token.type === "ordered_list_open") depth += 1;
    else if (token.type === "bullet_list_close" || token.type === "ordered_list_close") depth -= 1;
    else if (token.type === "list_item_open") marker = token.info === "" ? "-" : `${token.info}.`;
    else if (token.type === "tr_open") cells = [];
    else if (token.type === "tr_close") {
      add("paragraph", (cells ?? []).join(" | "));
      cells = null;
    } else if (token.type === "fence" || token.type === "code_block") add("code", token.content.trimEnd());
    else if (token.type === "inline") {
      if (cells === null) add("paragraph", plainText(token));
      else cells.push(plainText(token));
    }
  }
  return blocks;
}

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);

function calendarDate(text: string): string | null {
  const words = text.toLowerCase();
  const iso = /\d{4}-\d{2}-\d{2}/.exec(words);
  if (iso !== null) return iso[0];
  const monthFirst = /([a-z]+)\s+(\d{1,2}),?\s+(\d{4})/.exec(words);
  const dayFirst = /(\d{1,2})\s+([a-z]+),?\s+(\d{4})/.exec(words);
  const [name, day, year] =
    monthFirst !== null
      ? [monthFirst[1], monthFirst[2], monthFirst[3]]
      : [dayFirst?.[2], dayFirst?.[1], dayFirst?.[3]];
  const month = MONTHS.indexOf(name ?? "") + 1;
  if (month === 0) return null;
  return [year, String(month).padStart(2, "0"), day?.padStart(2, "0")].join("-");
}
