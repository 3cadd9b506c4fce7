import { html, raw } from "hono/html";
import { parseMarkdown, renderTokens } from "../../policy/render.ts";
import { type Content, oneLine } from "../letters/frame.ts";
import { type IssueTexts, issueTextIn } from "./issue.ts";

/** An issue as a letter: its Markdown is the text, the same rendered is the HTML, without pictures or script. */
export function issueLetter(issue: IssueTexts, wanted: string, publicUrl: string): Content {
  const { subject, markdown, language } = issueTextIn(issue, wanted);
  const tokens = parseMarkdown(markdown);
  for (const link of tokens.flatMap(({ children }) => children ?? [])) {
    const href = link.type === "link_open" ? String(link.attrGet("href")) : null;
    // A mailbox has no pages of ours.
    if (href !== null && !URL.canParse(href)) link.attrSet("href", new URL(href, publicUrl).href);
  }
  const titled = tokens.some(({ type, tag }) => type === "heading_open" && tag === "h1");
  const title = oneLine(subject);
  return {
    subject: title,
    language,
    text: markdown.trim(),
    html: html`${titled ? "" : html`<h1>${title}</h1>\n`}${raw(renderTokens(tokens))}`,
  };
}
