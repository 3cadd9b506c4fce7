import { html, raw } from "hono/html";
import { formatInstant } from "../http/fields.ts";
import { type Html, pageShell } from "../http/page.ts";
import {
  ATOM_FEED,
  CURRENT,
  differencePath,
  HISTORY,
  JSON_FEED,
  permanentPath,
  receiptPath,
} from "./addresses.ts";
import { formatMoment } from "./dates.ts";
import { documentOf } from "./documents.ts";
import { phaseOf, predecessorOf } from "./in-force.ts";
import type { VersionReading } from "./read-policy.ts";
import type { PolicyDocument, Section } from "./sections.ts";
import type { PolicyVersion } from "./version.ts";

/**
 * A version as a page to read.
 * @param at `current` for the address that always has the version in force, which may speak of now;
 * `permanent` for the version's own, which once in force never changes
 */
export function versionPage(
  reading: VersionReading,
  at: "current" | "permanent",
  publicUrl: string,
): Promise<string> {
  const { version } = reading;
  const document = documentOf(reading);
  const path = at === "current" ? CURRENT : permanentPath(version.version);
  const body = html`<article>
<header>
<h1 lang="${version.language}">${version.title}</h1>
<p class="dates">${
    document.html.lastUpdated === null
      ? ""
      : html`<span lang="${version.language}">${raw(document.html.lastUpdated)}</span> · `
  }${sinceWhen(reading, at)}</p>
</header>
${at === "current" ? comingChanges(reading) : ownStanding(reading)}
${contentsOf(document, version)}
<div class="text" lang="${version.language}" dir="auto">
${raw(document.html.text)}
</div>
${aboutVersion(reading, path)}
</article>`;
  return pageShell({ title: titleOf(reading, at), lang: "en", body, head: headOf(path, publicUrl) });
}

/** An instant in words that machines can read too. */
export function moment(at: number, timeZone: string): Html {
  return html`<time datetime="${formatInstant(at)}">${formatMoment(at, timeZone)}</time>`;
}

function titleOf({ version }: VersionReading, at: "current" | "permanent"): string {
  return at === "current"
    ? `${version.title} – Callers360`
    : `${version.title} ${version.version} – Callers360`;
}

function headOf(path: string, publicUrl: string): Html {
  return html`<link rel="canonical" href="${publicUrl}${path}">
<link rel="alternate" type="text/markdown" href="${path}.md">
<link rel="alternate" type="application/json" href="${path}.json">
<link rel="alternate" type="text/plain" href="${path}.txt">
${feedLinks()}`;
}

export function feedLinks(): Html {
  return html`<link rel="alternate" type="application/atom+xml" title="Changes to the privacy policy" href="${ATOM_FEED}">
<link rel="alternate" type="application/feed+json" title="Changes to the privacy policy" href="${JSON_FEED}">
<link rel="version-history" href="${HISTORY}">`;
}

function sinceWhen({ version, standing, publisher }: VersionReading, at: "current" | "permanent"): Html {
  const when = moment(version.effectiveAt, publisher.timeZone);
  if (phaseOf(version, standing) === "scheduled") return html`Takes effect on ${when}`;
  return at === "current" ? html`In force since ${when}` : html`In force from ${when}`;
}

/** On the page of the version in force: what is announced. */
function comingChanges({ standing, publisher, version }: VersionReading): Html {
  return html`${standing.scheduled.map(
    (coming) => html`<aside class="notice" aria-label="Coming change">
<p><strong>A new version takes effect on ${moment(coming.effectiveAt, publisher.timeZone)}.</strong> ${coming.reason}</p>
<p><a href="${permanentPath(coming.version)}">Read version ${coming.version}</a> · <a href="${differencePath(version.version, coming.version)}">See what changes</a></p>
</aside>`,
  )}`;
}

/** On a version's own page: once in force it says nothing that time could make wrong. */
function ownStanding({ standing, version, versions, publisher }: VersionReading): Html {
  const before = predecessorOf(version, versions);
  const changes =
    before === null
      ? ""
      : html` · <a href="${differencePath(before.version, version.version)}">See what changed since version ${before.version}</a>`;
  if (phaseOf(version, standing) === "scheduled") {
    return html`<aside class="notice" aria-label="Not in force yet">
<p><strong>This version takes effect on ${moment(version.effectiveAt, publisher.timeZone)}.</strong> ${version.reason}</p>
<p><a href="${CURRENT}">Read the version in force now</a>${changes}</p>
</aside>`;
  }
  return html`<aside class="notice" aria-label="Permanent copy">
<p>This is the permanent copy of version ${version.version}.</p>
<p><a href="${CURRENT}">Read the version in force now</a>${changes}</p>
</aside>`;
}

function contentsOf({ sections }: PolicyDocument, { language }: PolicyVersion): Html {
  if (sections.length === 0) return html``;
  return html`<nav class="contents" aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<div lang="${language}" dir="auto">${contentsList(sections)}</div>
</nav>`;
}

/** Deeper headings become lists inside the entry above them. */
function contentsList(sections: readonly Section[]): Html {
  const entries: { section: Section; inner: Section[] }[] = [];
  for (const section of sections) {
    const above = entries.at(-1);
    if (above !== undefined && section.level > above.section.level) above.inner.push(section);
    else entries.push({ section, inner: [] });
  }
  return html`<ol>
${entries.map(
  ({ section, inner }) =>
    html`<li><a href="#${section.id}">${headingOf(section)}</a>${inner.length === 0 ? "" : contentsList(inner)}</li>
`,
)}</ol>`;
}

/** A section's number and words, as a reader would say them. */
export function headingOf({ number, title }: Pick<Section, "number" | "title">): string {
  return number === null ? title : `${number}. ${title}`;
}

function aboutVersion({ version, publisher }: VersionReading, path: string): Html {
  const { log } = publisher;
  return html`<section class="about" aria-labelledby="about-this-version">
<h2 id="about-this-version">About this version</h2>
<dl>
<dt>Version</dt><dd>${version.version}</dd>
<dt>In force from</dt><dd>${moment(version.effectiveAt, publisher.timeZone)}</dd>
<dt>Permanent link</dt><dd><a href="${permanentPath(version.version)}">${permanentPath(version.version)}</a></dd>
<dt>SHA-256 of the text</dt><dd><code>${version.sha256}</code></dd>
${
  log === null || version.leafIndex === null
    ? ""
    : html`<dt>Public log</dt><dd>Entry ${version.leafIndex} of <a href="/log/${log}/verify">${log}</a>, <a href="${receiptPath(log, version.leafIndex)}">receipt</a></dd>`
}
<dt>Other forms</dt><dd><a href="${path}.md">Markdown</a>, <a href="${path}.txt">plain text</a>, <a href="${path}.json">JSON</a></dd>
<dt>Changes</dt><dd><a href="${HISTORY}">All versions</a>, <a href="${ATOM_FEED}">Atom feed</a>, <a href="${JSON_FEED}">JSON feed</a></dd>
</dl>
</section>`;
}
