import { html, raw } from "hono/html";
import { formatInstant } from "../http/fields.ts";
import type { Html } from "../http/page.ts";
import { ATOM_FEED, CURRENT, differencePath, JSON_FEED, permanentPath } from "./addresses.ts";
import { formatMoment } from "./dates.ts";
import { differenceOf } from "./difference.ts";
import { renderDifference } from "./difference-page.ts";
import { documentOf } from "./documents.ts";
import { predecessorOf } from "./in-force.ts";
import { type PolicyReading, type VersionReading, withVersion } from "./read-policy.ts";

/** As many versions as a feed tells of, and one more to compare the oldest with. */
export const FEED_TEXTS = 11;

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly at: string;
  readonly summary: string;
  readonly content: string;
}

/** Atom 1.0 (RFC 4287). An entry appears with the notice and carries the change itself. */
export async function atomFeed(reading: PolicyReading, publicUrl: string): Promise<string> {
  const entries = await entriesOf(reading, publicUrl);
  const feed = await html`${raw('<?xml version="1.0" encoding="utf-8"?>')}
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>${publicUrl}${ATOM_FEED}</id>
<title>${titleOf(reading)}</title>
<updated>${entries[0]?.at ?? formatInstant(0)}</updated>
<author><name>Callers360</name></author>
<link rel="self" type="application/atom+xml" href="${publicUrl}${ATOM_FEED}"/>
<link rel="alternate" type="text/html" href="${publicUrl}${CURRENT}"/>
${entries.map(
  (entry) => html`<entry>
<id>${entry.id}</id>
<title>${entry.title}</title>
<updated>${entry.at}</updated>
<published>${entry.at}</published>
<link rel="alternate" type="text/html" href="${entry.url}"/>
<summary>${entry.summary}</summary>
<content type="html">${entry.content}</content>
</entry>
`,
)}</feed>
`;
  return feed.toString();
}

/** JSON Feed 1.1, with the same entries. */
export async function jsonFeed(reading: PolicyReading, publicUrl: string): Promise<string> {
  const entries = await entriesOf(reading, publicUrl);
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: titleOf(reading),
    home_page_url: publicUrl + CURRENT,
    feed_url: publicUrl + JSON_FEED,
    language: "en",
    authors: [{ name: "Callers360", url: publicUrl }],
    items: entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      summary: entry.summary,
      content_html: entry.content,
      date_published: entry.at,
    })),
  });
}

function titleOf({ versions }: PolicyReading): string {
  return `${versions[0]?.title ?? "Policy"}: changes – Callers360`;
}

/** Newest notice first; an entry says nothing that becomes wrong when its version takes effect. */
function entriesOf(reading: PolicyReading, publicUrl: string): Promise<Entry[]> {
  const told = reading.versions
    .filter((version) => reading.texts.has(version.version))
    .sort((a, b) => b.noticedAt - a.noticedAt || b.effectiveAt - a.effectiveAt);
  return Promise.all(
    told
      .slice(0, FEED_TEXTS - 1)
      .map(async ({ version }) => entryOf(withVersion(reading, version), publicUrl)),
  );
}

async function entryOf(reading: VersionReading, publicUrl: string): Promise<Entry> {
  const { version, publisher, versions } = reading;
  const url = publicUrl + permanentPath(version.version);
  const summary = `Effective from ${formatMoment(version.effectiveAt, publisher.timeZone)}. ${version.reason}`;
  const before = predecessorOf(version, versions);
  const content = await html`<p>${summary}</p>
<p><a href="${url}">Version ${version.version}</a>${
    before === null
      ? ""
      : html` · <a href="${publicUrl}${differencePath(before.version, version.version)}">what changed since version ${before.version}</a>`
  } · SHA-256 of the text <code>${version.sha256}</code></p>
${before === null ? "" : changeSince(before.version, reading)}`;
  return {
    id: url,
    title: `${version.title} ${version.version}`,
    url,
    at: formatInstant(version.noticedAt),
    summary,
    content: content.toString(),
  };
}

function changeSince(name: string, reading: VersionReading): Html {
  if (!reading.texts.has(name)) return html``;
  const before = withVersion(reading, name);
  return renderDifference(differenceOf(documentOf(before), documentOf(reading)), "feed");
}
