import { html, raw } from "hono/html";
import { formatInstant } from "../http/fields.ts";
import type { Html } from "../http/page.ts";
import type { Addresses } from "./addresses.ts";
import { formatMoment } from "./dates.ts";
import { differenceOf } from "./difference.ts";
import { renderDifference } from "./difference-page.ts";
import { documentOf } from "./documents.ts";
import { predecessorOf } from "./in-force.ts";
import { ownerOf } from "./page.ts";
import { type PolicyReading, type VersionReading, withVersion } from "./read-policy.ts";

/** As many versions as a feed tells of, and one more to compare the oldest with. */
export const FEED_TEXTS = 11;

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly at: string;
  /** Later than `at` only where the version was cancelled. */
  readonly updated: string;
  readonly summary: string;
  readonly content: string;
}

/** Where the newest signed word of the log stands beside each entry. */
const EXTENSION = "https://callers360.com/ns/feed/1";

export interface Feed {
  /** What a reader compares: everything but the checkpoint, which moves with every consent. */
  readonly essence: string;
  /** The whole. Whoever is shown another log than the rest would meet the other's checkpoint here. */
  with(checkpoint: string | null): Promise<string>;
}

/** Atom 1.0 (RFC 4287). An entry appears with the notice and carries the change itself. */
export async function atomFeed(reading: PolicyReading, addresses: Addresses): Promise<Feed> {
  const entries = await entriesOf(reading, addresses);
  const render = (checkpoint: string | null) => renderAtom(entries, reading, addresses, checkpoint);
  return { essence: await render(null), with: render };
}

async function renderAtom(
  entries: readonly Entry[],
  reading: PolicyReading,
  addresses: Addresses,
  checkpoint: string | null,
): Promise<string> {
  const { publicUrl, current, atomFeed } = addresses;
  const feed = await html`${raw('<?xml version="1.0" encoding="utf-8"?>')}
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>${publicUrl}${atomFeed}</id>
<title>${titleOf(reading, addresses)}</title>
<updated>${lastUpdateOf(entries)}</updated>
<author><name>${ownerOf(reading, addresses)}</name></author>
<link rel="self" type="application/atom+xml" href="${publicUrl}${atomFeed}"/>
<link rel="alternate" type="text/html" href="${publicUrl}${current}"/>
${entries.map(
  (entry) => html`<entry>
<id>${entry.id}</id>
<title>${entry.title}</title>
<updated>${entry.updated}</updated>
<published>${entry.at}</published>
<link rel="alternate" type="text/html" href="${entry.url}"/>
<summary>${entry.summary}</summary>
<content type="html">${entry.content}</content>
${checkpoint === null ? "" : html`<c360:checkpoint xmlns:c360="${EXTENSION}">${checkpoint}</c360:checkpoint>\n`}</entry>
`,
)}</feed>
`;
  return feed.toString();
}

/** JSON Feed 1.1, with the same entries. */
export async function jsonFeed(reading: PolicyReading, addresses: Addresses): Promise<Feed> {
  const entries = await entriesOf(reading, addresses);
  const render = async (checkpoint: string | null) => renderJson(entries, reading, addresses, checkpoint);
  return { essence: await render(null), with: render };
}

function renderJson(
  entries: readonly Entry[],
  reading: PolicyReading,
  addresses: Addresses,
  checkpoint: string | null,
): string {
  const { publicUrl, current, jsonFeed } = addresses;
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: titleOf(reading, addresses),
    home_page_url: publicUrl + current,
    feed_url: publicUrl + jsonFeed,
    language: "en",
    authors: [{ name: ownerOf(reading, addresses), url: publicUrl }],
    items: entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      summary: entry.summary,
      content_html: entry.content,
      date_published: entry.at,
      ...(entry.updated === entry.at ? {} : { date_modified: entry.updated }),
      ...(checkpoint === null ? {} : { _callers360: { about: EXTENSION, checkpoint } }),
    })),
  });
}

function titleOf(reading: PolicyReading, addresses: Addresses): string {
  return `${reading.versions[0]?.title ?? "Policy"}: changes – ${ownerOf(reading, addresses)}`;
}

/** RFC 3339 in one form sorts as text. */
function lastUpdateOf(entries: readonly Entry[]): string {
  return (
    entries
      .map(({ updated }) => updated)
      .sort()
      .at(-1) ?? formatInstant(0)
  );
}

/** Newest notice first; an entry says nothing that becomes wrong when its version takes effect. */
function entriesOf(reading: PolicyReading, addresses: Addresses): Promise<Entry[]> {
  const told = reading.versions
    .filter((version) => reading.texts.has(version.version))
    .sort((a, b) => b.noticedAt - a.noticedAt || b.effectiveAt - a.effectiveAt);
  return Promise.all(
    told
      .slice(0, FEED_TEXTS - 1)
      .map(async ({ version }) => entryOf(withVersion(reading, version), addresses)),
  );
}

async function entryOf(reading: VersionReading, addresses: Addresses): Promise<Entry> {
  const { publicUrl, permanent, difference } = addresses;
  const { version, publisher, versions } = reading;
  const { cancelledAt } = version;
  const url = publicUrl + permanent(version.version);
  const instant = formatMoment(version.effectiveAt, publisher.timeZone);
  const summary =
    cancelledAt === null
      ? `Effective from ${instant}. ${version.reason}`
      : `Cancelled on ${formatMoment(cancelledAt, publisher.timeZone)}: it does not take effect on ${instant}.`;
  const before = predecessorOf(version, versions);
  const content = await html`<p>${summary}</p>
<p><a href="${url}">Version ${version.version}</a>${
    before === null
      ? ""
      : html` · <a href="${publicUrl}${difference(before.version, version.version)}">what changed since version ${before.version}</a>`
  } · SHA-256 of the text <code>${version.sha256}</code></p>
${before === null ? "" : changeSince(before.version, reading)}`;
  return {
    id: url,
    title: `${version.title} ${version.version}${cancelledAt === null ? "" : " (cancelled)"}`,
    url,
    at: formatInstant(version.noticedAt),
    updated: formatInstant(cancelledAt ?? version.noticedAt),
    summary,
    content: content.toString(),
  };
}

function changeSince(name: string, reading: VersionReading): Html {
  if (!reading.texts.has(name)) return html``;
  const before = withVersion(reading, name);
  return renderDifference(differenceOf(documentOf(before), documentOf(reading)), "feed");
}
