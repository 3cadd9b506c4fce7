import MarkdownIt, { type Token } from "markdown-it";

/**
 * The product's one Markdown renderer: CommonMark with tables. HTML in the source is shown as text;
 * a link leads to https, mail or a place of our own, or stays the text it was; there are no images.
 */
const markdownIt = new MarkdownIt({ html: false, linkify: true }).disable("image");
// Only what is certainly meant as an address: mail, and what begins with a scheme.
markdownIt.linkify.set({ fuzzyLink: false, fuzzyIP: false });
markdownIt.validateLink = leadsSomewhereSafe;

const HERE = "https://here.invalid/";

/** Judged by the URL parser that browsers use, so that no disguise is read differently there. */
function leadsSomewhereSafe(href: string): boolean {
  return URL.canParse(href, HERE) && ["https:", "mailto:"].includes(new URL(href, HERE).protocol);
}

/** The parsed source; headings below the title carry an `id` that depends on their words, not on their number. */
export function parseMarkdown(source: string): Token[] {
  const tokens = markdownIt.parse(source, {});
  const given = new Map(PAGE_IDS.map((id) => [id, 2]));
  tokens.forEach((token, i) => {
    if (token.type === "heading_open" && token.tag !== "h1") {
      token.attrSet("id", newAnchor(splitNumber(plainText(tokens[i + 1])).title, given));
    }
  });
  return tokens;
}

/** Safe HTML of tokens from `parseMarkdown`. */
export function renderTokens(tokens: Token[]): string {
  return markdownIt.renderer.render(tokens, markdownIt.options, {});
}

/** Ids that the pages around a text use for themselves. */
const PAGE_IDS = ["main", "contents", "about-this-version"];

/** A heading's number and words: `1.1. What` is `1.1` and `What`. `2025 in review` has no number. */
export function splitNumber(heading: string): { number: string | null; title: string } {
  const match = /^(\d+(?:\.\d+)+|\d+(?=[.)]))[.)]?\s+(\S.*)$/su.exec(heading);
  return { number: match?.[1] ?? null, title: match?.[2] ?? heading };
}

/** @param given every anchor so far, with the number to try next behind it */
function newAnchor(title: string, given: Map<string, number>): string {
  const words = title.normalize("NFKC").toLowerCase().replaceAll(/['’]/g, "");
  const base = words.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "") || "section";
  let anchor = base;
  for (let n = given.get(base) ?? 2; given.has(anchor); n++) {
    anchor = `${base}-${n}`;
    given.set(base, n + 1);
  }
  given.set(anchor, given.get(anchor) ?? 2);
  return anchor;
}

/** The words of an inline token; a link's address follows them where they do not say it themselves. */
export function plainText(inline: Token | undefined): string {
  const parts: string[] = [];
  // Where the words of the link that is open begin: there are no links inside links.
  let link: { href: string; from: number } | null = null;
  for (const token of inline?.children ?? []) {
    if (token.type === "link_open") link = { href: String(token.attrGet("href")), from: parts.length };
    else if (token.type === "link_close") {
      if (link !== null && !says(parts.slice(link.from).join(""), link.href)) parts.push(` (${link.href})`);
      link = null;
    } else if (token.type === "softbreak" || token.type === "hardbreak") parts.push(" ");
    else parts.push(token.content);
  }
  return parts.join("");
}

function says(text: string, href: string): boolean {
  return href === text || href === `mailto:${text}`;
}
