import { html } from "hono/html";
import { type Html, pageShell } from "../http/page.ts";
import type { Addresses } from "./addresses.ts";
import type { BlockChange } from "./block-changes.ts";
import { type Difference, differenceOf, type SectionChange } from "./difference.ts";
import { documentOf } from "./documents.ts";
import { feedLinks, moment, ownerOf } from "./page.ts";
import type { VersionReading } from "./read-policy.ts";
import { headingWords } from "./sections.ts";
import type { Run } from "./word-runs.ts";

/** What changed from one version to another, as a page. Both may be read in either order. */
export function differencePage(
  before: VersionReading,
  after: VersionReading,
  addresses: Addresses,
): Promise<string> {
  const { publicUrl, current, history, permanent } = addresses;
  const difference = differenceOf(documentOf(before), documentOf(after));
  const [from, to] = [before.version, after.version];
  const changed = difference.sections.filter((section) => section.status !== "same");
  return pageShell({
    title: `${to.title}: what changed from ${from.version} to ${to.version} – ${ownerOf(after, addresses)}`,
    lang: "en",
    head: html`<link rel="canonical" href="${publicUrl}${addresses.difference(from.version, to.version)}">
${feedLinks(after, addresses)}`,
    body: html`<article>
<header>
<h1>${to.title}: what changed</h1>
<p>From <a href="${permanent(from.version)}">version ${from.version}</a> (${whenOf(before)}) to <a href="${permanent(to.version)}">version ${to.version}</a> (${whenOf(after)}).</p>
<p>Reason given for version ${to.version}: ${to.reason}</p>
<p class="fine">Removed words are <del>struck through</del>, added words are <ins>underlined</ins>.</p>
</header>
${contents(changed)}
<div lang="${to.language}" dir="auto">
${renderDifference(difference, "page")}
</div>
<p><a href="${current}">The version in force now</a> · <a href="${history}">All versions</a></p>
</article>`,
  });
}

function whenOf({ version, publisher, now }: VersionReading): Html {
  if (version.cancelledAt !== null) {
    return html`cancelled on ${moment(version.cancelledAt, publisher.timeZone)}`;
  }
  const when = moment(version.effectiveAt, publisher.timeZone);
  return version.effectiveAt > now ? html`takes effect on ${when}` : html`in force from ${when}`;
}

function contents(changed: readonly SectionChange[]): Html {
  if (changed.length === 0) return html`<p><strong>These two versions say the same.</strong></p>`;
  return html`<nav class="contents" aria-labelledby="contents">
<h2 id="contents">${changed.length === 1 ? "1 section changed" : `${changed.length} sections changed`}</h2>
<ol>
${changed.map((section) => html`<li><a href="#${anchorOf(section)}">${headingNow(section)}</a>: ${wordsFor(section)}</li>\n`)}</ol>
</nav>`;
}

/**
 * The changed sections. On our page each change is also said in words to screen readers; elsewhere,
 * as in a feed, `ins` and `del` stand alone.
 */
export function renderDifference({ title, sections }: Difference, where: "page" | "feed"): Html {
  const unchanged = sections.filter((section) => section.status === "same");
  return html`${title === null ? "" : html`<p>Title: ${title.map((run) => mark(run, where))}</p>\n`}${sections
    .filter((section) => section.status !== "same")
    .map((section) => renderSection(section, where))}${
    unchanged.length === 0
      ? ""
      : html`<p class="fine">Unchanged: ${unchanged.map(headingNow).join("; ")}.</p>`
  }`;
}

function renderSection(change: SectionChange, where: "page" | "feed"): Html {
  const anchor = where === "page" ? html` id="${anchorOf(change)}"` : "";
  return html`<section class="change"${anchor}>
<h2>${headingNow(change)}</h2>
<p class="fine">${capital(wordsFor(change))}.</p>
${change.blocks.some((block) => block.kind !== "same") ? change.blocks.map((block) => renderBlock(block, where)) : ""}</section>
`;
}

function renderBlock(change: BlockChange, where: "page" | "feed"): Html {
  const { block } = change;
  const runs: readonly Run[] =
    change.kind === "changed" ? change.runs : [{ kind: change.kind, text: block.text }];
  const marker =
    block.marker === ""
      ? ""
      : html`<span class="marker">${block.marker === "-" ? "•" : block.marker} </span>`;
  return html`<p${block.depth > 0 ? html` class="item"` : ""}>${marker}${runs.map((run) => mark(run, where))}</p>
`;
}

function mark({ kind, text }: Run, where: "page" | "feed"): Html {
  if (kind === "same") return html`${text}`;
  const say = (words: string) => (where === "page" ? html`<span class="unseen">${words}</span>` : "");
  return kind === "removed"
    ? html`<del>${say("[removed: ")}${text}${say("] ")}</del>`
    : html`<ins>${say("[added: ")}${text}${say("] ")}</ins>`;
}

const OPENING = "Before the first section";

export function headingNow({ before, after }: SectionChange): string {
  const section = after ?? before;
  return section === null ? OPENING : headingWords(section);
}

function anchorOf({ status, before, after }: SectionChange): string {
  const section = after ?? before;
  return `${status === "removed" ? "removed" : "change"}-${section === null ? "opening" : section.id}`;
}

/** What happened to a section, in words. */
export function wordsFor({ status, before, after, moved, blocks }: SectionChange): string {
  if (status === "added") return "new";
  if (status === "removed") return "removed";
  if (status === "formatting") return "only the formatting changed";
  const words: string[] = [];
  if (blocks.some((block) => block.kind !== "same")) words.push("reworded");
  else words.push("the same words");
  if (moved) words.push("moved");
  if (before !== null && after !== null) {
    if (before.number !== after.number) {
      words.push(before.number === null ? "now numbered" : `was section ${before.number}`);
    }
    if (before.title !== after.title) words.push(`was called “${before.title}”`);
  }
  return words.join(", ");
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
