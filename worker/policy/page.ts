import { html, raw } from "hono/html";
import { formatInstant } from "../http/fields.ts";
import { type Html, pageShell } from "../http/page.ts";
import { type Addresses, receiptPath } from "./addresses.ts";
import { formatMoment } from "./dates.ts";
import { documentOf } from "./documents.ts";
import { phaseOf, predecessorOf } from "./in-force.ts";
import { languageMenu, languageQuery, translationNote } from "./languages.ts";
import type { PolicyReading, VersionReading } from "./read-policy.ts";
import { headingWords, type PolicyDocument, type Section } from "./sections.ts";
import type { PolicyVersion } from "./version.ts";

/**
 * Where a version is shown: `current` is the address that always has the version in force, and may speak
 * of now; `permanent` the version's own, which once in force never changes; else a calendar date
 * (`2026-01-31`) was asked for.
 */
export type ShownAt = "current" | "permanent" | { readonly asOf: string };

/** A version as a page to read. */
export function versionPage(reading: VersionReading, at: ShownAt, addresses: Addresses): Promise<string> {
  const { version } = reading;
  const document = documentOf(reading);
  const path = at === "current" ? addresses.current : addresses.permanent(version.version);
  const body = html`<article>
<header>
<h1 lang="${version.language}">${version.title}</h1>
<p class="dates">${
    document.html.lastUpdated === null
      ? ""
      : html`<span lang="${version.language}">${raw(document.html.lastUpdated)}</span> · `
  }${sinceWhen(reading, at)}</p>
</header>
${languageMenu(reading, path)}
${translationNote(reading, path)}
${at === "current" ? comingChanges(reading, addresses) : ownStanding(reading, at, addresses)}
${contentsOf(document, version)}
<div class="text" lang="${version.language}" dir="auto">
${raw(document.html.text)}
</div>
${aboutVersion(reading, path, addresses)}
</article>`;
  const head = headOf(reading, path, addresses);
  return pageShell({ title: titleOf(reading, at, addresses), lang: "en", body, head });
}

/** Whose policy it is, for titles and feeds. */
export function ownerOf({ publisher }: Pick<PolicyReading, "publisher">, { ofOperator }: Addresses): string {
  return ofOperator ? "Callers360" : publisher.name;
}

/** An instant in words that machines can read too. */
export function moment(at: number, timeZone: string): Html {
  return html`<time datetime="${formatInstant(at)}">${formatMoment(at, timeZone)}</time>`;
}

function titleOf(reading: VersionReading, at: ShownAt, addresses: Addresses): string {
  const { version } = reading;
  const name = at === "current" ? version.title : `${version.title} ${version.version}`;
  return `${name} – ${ownerOf(reading, addresses)}`;
}

function headOf(reading: VersionReading, path: string, addresses: Addresses): Html {
  const query = languageQuery(reading);
  return html`<link rel="canonical" href="${addresses.publicUrl}${path}${query}">
<link rel="alternate" type="text/markdown" href="${path}.md${query}">
<link rel="alternate" type="application/json" href="${path}.json${query}">
<link rel="alternate" type="text/plain" href="${path}.txt${query}">
${feedLinks(reading, addresses)}`;
}

export function feedLinks({ versions }: PolicyReading, { atomFeed, jsonFeed, history }: Addresses): Html {
  const title = `Changes to the ${(versions[0]?.title ?? "policy").toLowerCase()}`;
  return html`<link rel="alternate" type="application/atom+xml" title="${title}" href="${atomFeed}">
<link rel="alternate" type="application/feed+json" title="${title}" href="${jsonFeed}">
<link rel="version-history" href="${history}">`;
}

function sinceWhen({ version, standing, publisher }: VersionReading, at: ShownAt): Html {
  const when = moment(version.effectiveAt, publisher.timeZone);
  const phase = phaseOf(version, standing);
  if (phase === "cancelled") return html`Was to take effect on ${when}`;
  if (phase === "scheduled") return html`Takes effect on ${when}`;
  return at === "current" ? html`In force since ${when}` : html`In force from ${when}`;
}

/** On the page of the version in force: what is announced. */
function comingChanges(
  { standing, publisher, version }: VersionReading,
  { permanent, difference }: Addresses,
): Html {
  return html`${standing.scheduled.map(
    (coming) => html`<aside class="notice" aria-label="Coming change">
<p><strong>A new version takes effect on ${moment(coming.effectiveAt, publisher.timeZone)}.</strong> ${coming.reason}</p>
<p><a href="${permanent(coming.version)}">Read version ${coming.version}</a> · <a href="${difference(version.version, coming.version)}">See what changes</a></p>
</aside>`,
  )}`;
}

/** On a version's own page: once in force it says nothing that time could make wrong. */
function ownStanding(
  { standing, version, versions, publisher }: VersionReading,
  at: ShownAt,
  { current, permanent, difference }: Addresses,
): Html {
  const before = predecessorOf(version, versions);
  const changes =
    before === null
      ? ""
      : html` · <a href="${difference(before.version, version.version)}">See what changed since version ${before.version}</a>`;
  const phase = phaseOf(version, standing);
  if (phase === "cancelled" && version.cancelledAt !== null) {
    return html`<aside class="notice" aria-label="Cancelled">
<p><strong>This version was cancelled on ${moment(version.cancelledAt, publisher.timeZone)} and never took effect.</strong> ${version.cancelReason ?? ""}</p>
<p><a href="${current}">Read the version in force now</a>${changes}</p>
</aside>`;
  }
  if (typeof at === "object") {
    return html`<aside class="notice" aria-label="As of a date">
<p>${phase === "scheduled" ? "As announced today, this version will be in force on" : "This version was in force on"} <time datetime="${at.asOf}">${formatMoment(Date.parse(at.asOf), "UTC")}</time>${phase === "in_force" ? ", and still is" : ""}.</p>
<p><a href="${permanent(version.version)}">Its permanent copy</a> · <a href="${current}">Read the version in force now</a>${changes}</p>
</aside>`;
  }
  if (phase === "scheduled") {
    return html`<aside class="notice" aria-label="Not in force yet">
<p><strong>This version takes effect on ${moment(version.effectiveAt, publisher.timeZone)}.</strong> ${version.reason}</p>
<p><a href="${current}">Read the version in force now</a>${changes}</p>
</aside>`;
  }
  return html`<aside class="notice" aria-label="Permanent copy">
<p>This is the permanent copy of version ${version.version}.</p>
<p><a href="${current}">Read the version in force now</a>${changes}</p>
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
    html`<li><a href="#${section.id}">${headingWords(section)}</a>${inner.length === 0 ? "" : contentsList(inner)}</li>
`,
)}</ol>`;
}

function aboutVersion(reading: VersionReading, path: string, addresses: Addresses): Html {
  const { version, publisher } = reading;
  const { permanent, history, atomFeed, jsonFeed } = addresses;
  const { log } = publisher;
  const query = languageQuery(reading);
  return html`<section class="about" aria-labelledby="about-this-version">
<h2 id="about-this-version">About this version</h2>
<dl>
<dt>Version</dt><dd>${version.version}</dd>
<dt>${version.cancelledAt === null ? "In force from" : "Was to take effect on"}</dt><dd>${moment(version.effectiveAt, publisher.timeZone)}</dd>
<dt>Permanent link</dt><dd><a href="${permanent(version.version)}">${permanent(version.version)}</a></dd>
<dt>SHA-256 of the text</dt><dd><code>${version.sha256}</code></dd>
${
  log === null || version.leafIndex === null
    ? ""
    : html`<dt>Public log</dt><dd>Entry ${version.leafIndex} of <a href="/log/${log}/verify">${log}</a>, <a href="${receiptPath(log, version.leafIndex)}">receipt</a></dd>`
}
<dt>Other forms</dt><dd><a href="${path}.md${query}">Markdown</a>, <a href="${path}.txt${query}">plain text</a>, <a href="${path}.json${query}">JSON</a></dd>
<dt>Changes</dt><dd><a href="${history}">All versions</a>, <a href="${atomFeed}">Atom feed</a>, <a href="${jsonFeed}">JSON feed</a>, <a href="/subscribe/policy${addresses.ofOperator ? "" : `?org=${reading.org}`}">by e-mail before they take effect</a></dd>
</dl>
</section>`;
}
