import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** Escaped HTML, as the `html` tag of hono makes it. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Page {
  /** Plain text, for the browser's tab and for search results. */
  readonly title: string;
  /** BCP 47 language of the page's own words. */
  readonly lang: string;
  /** What stands in `main`; it begins with the page's one `h1`. */
  readonly body: Html;
  /** More elements for `head`: canonical address, other formats, feeds. */
  readonly head?: Html;
  /** Where the page's language is not English: its direction, and what the frame says. */
  readonly frame?: { readonly dir: "ltr" | "rtl" } & typeof FRAME;
}

const FRAME: { readonly skip: string; readonly privacy: string; readonly versions: string } = {
  skip: "Skip to the text",
  privacy: "Privacy policy",
  versions: "All versions",
};

/**
 * The whole document around a public page: skip link, landmarks, the two style sheets; no script and no
 * inline style, so that it stands under the strictest policy.
 */
export async function pageShell({ title, lang, body, head, frame }: Page): Promise<string> {
  const { skip, privacy, versions } = frame ?? FRAME;
  const page = await html`<!doctype html>
<html lang="${lang}"${frame === undefined ? "" : html` dir="${frame.dir}"`}>
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/tokens.css">
<link rel="stylesheet" href="/pages.css">
${head ?? ""}
</head>
<body>
<a class="skip" href="#main">${skip}</a>
<header class="masthead"><a href="/">Callers360</a></header>
<main id="main" tabindex="-1">
${body}
</main>
<footer class="colophon"><p>Callers360 · <a href="/privacy">${privacy}</a> · <a href="/privacy/history">${versions}</a></p></footer>
</body>
</html>
`;
  return page.toString();
}
