import { html } from "hono/html";
import type { LetterWords } from "../outbox/letter.ts";
import { type Content, oneLine } from "./frame.ts";

/** A letter whose words came with it, in the product's form. */
export function writtenLetter(words: LetterWords, language: string, publicUrl: string): Content {
  const subject = oneLine(words.subject);
  const before = words.paragraphs.map(oneLine);
  const after = (words.closing ?? []).map(oneLine);
  const link =
    words.link === undefined ? null : { label: oneLine(words.link.label), url: publicUrl + words.link.path };
  return {
    subject,
    language,
    text: [...before, ...(link === null ? [] : [`${link.label}:\n${link.url}`]), ...after].join("\n\n"),
    html: html`<h1>${subject}</h1>
${before.map((paragraph) => html`<p>${paragraph}</p>\n`)}${
  link === null
    ? ""
    : html`<p><strong><a href="${link.url}">${link.label}</a></strong></p>
<p class="fine">${link.url}</p>
`
}${after.map((paragraph) => html`<p>${paragraph}</p>\n`)}`,
  };
}
