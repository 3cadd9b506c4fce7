import { html } from "hono/html";
import { isRightToLeft } from "../../../consent-banner/language.ts";
import type { Html } from "../../http/page.ts";

/** A letter before it is put into its frame: the same content twice. */
export interface Content {
  readonly subject: string;
  /** BCP 47 of the frame's own words. */
  readonly language: string;
  readonly text: string;
  readonly html: Html;
}

/** What stands at the end of a letter: first what may be one reader's own, then what all get. */
export interface Footer {
  readonly text: readonly string[];
  readonly html: Html;
}

/** Both bodies, in pieces. */
export interface Bodies {
  readonly text: readonly string[];
  readonly html: readonly string[];
}

/**
 * The frame of every letter: one column, no picture, nothing that is fetched, nothing that only colour
 * says. Clients that drop the style sheet still strike `del` through and underline `ins`.
 */
export async function opened({ subject, language, html: body }: Content): Promise<string> {
  const page = await html`<!doctype html>
<html lang="${language}" dir="${isRightToLeft(language) ? "rtl" : "ltr"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${subject}</title>
<style>
body { margin: 0; padding: 16px; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 38em; margin: 0 auto; overflow-wrap: anywhere; }
h1 { font-size: 1.4em; line-height: 1.25; }
h2 { font-size: 1.1em; margin-top: 1.6em; }
.item { margin-inline-start: 1.2em; }
.fine, footer { font-size: 0.9em; }
ins { text-decoration: underline; font-weight: 600; }
del { text-decoration: line-through; }
del + ins { margin-inline-start: 0.25em; }
pre { white-space: pre-wrap; font-size: 0.8em; }
footer { margin-top: 2em; border-top: 1px solid; }
</style>
</head>
<body><main>
${body}`;
  return page.toString();
}

/** The beginning of the end; the frame is still open. */
export async function footed({ text, html: words }: Footer): Promise<Bodies> {
  const begun = await html`<footer>${words}`;
  return { text: ["", "-- ", text.join("\n\n")], html: [begun.toString()] };
}

/** The end of it. */
export async function closed({ text, html: words }: Footer): Promise<Bodies> {
  const end = await html`${words}</footer>
</main></body>
</html>
`;
  return { text: text.length === 0 ? [""] : ["", `${text.join("\n\n")}\n`], html: [end.toString()] };
}

/** Pieces one after the other. */
export function joined(...parts: readonly Bodies[]): Bodies {
  return { text: parts.flatMap(({ text }) => text), html: parts.flatMap(({ html: piece }) => piece) };
}

/** For a header or one line of text: no control characters, no line breaks. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
}
