import { html } from "hono/html";
import { formatInstant } from "../http/fields.ts";
import { type Html, pageShell } from "../http/page.ts";
import { type Addresses, receiptPath } from "./addresses.ts";
import { type Phase, phaseOf, predecessorOf } from "./in-force.ts";
import { feedLinks, moment, ownerOf } from "./page.ts";
import type { PolicyReading } from "./read-policy.ts";
import type { PolicyVersion, VersionClass } from "./version.ts";

const PHASES: Readonly<Record<Phase, string>> = {
  scheduled: "Not in force yet",
  in_force: "In force",
  superseded: "No longer in force",
  cancelled: "Cancelled before it took effect",
};

const CLASSES: Readonly<Record<VersionClass, string>> = {
  material: "Change of substance",
  clarification: "Clarification",
  typo: "Correction of wording",
};

/** By the instant for which they were announced, latest first; the one that holds before a cancelled one. */
function newestFirst({ versions }: PolicyReading): PolicyVersion[] {
  return versions.toSorted(
    (a, b) =>
      b.effectiveAt - a.effectiveAt ||
      Number(a.cancelledAt !== null) - Number(b.cancelledAt !== null) ||
      b.noticedAt - a.noticedAt ||
      (a.version < b.version ? 1 : -1),
  );
}

/** All public versions for programs. */
export function historyJson(reading: PolicyReading, addresses: Addresses) {
  const { publicUrl, permanent, difference } = addresses;
  const { log } = reading.publisher;
  return {
    versions: newestFirst(reading).map((version) => {
      const before = predecessorOf(version, reading.versions);
      return {
        version: version.version,
        title: version.title,
        status: phaseOf(version, reading.standing),
        effective_at: formatInstant(version.effectiveAt),
        noticed_at: formatInstant(version.noticedAt),
        class: version.class,
        reason: version.reason,
        language: version.language,
        sha256: version.sha256,
        url: publicUrl + permanent(version.version),
        difference: before === null ? null : publicUrl + difference(before.version, version.version),
        languages: languagesOf(version, reading),
        changes: version.changes,
        cancelled_at: version.cancelledAt === null ? null : formatInstant(version.cancelledAt),
        cancel_reason: version.cancelReason,
        imported_at: version.importedAt === null ? null : formatInstant(version.importedAt),
        log_index: version.leafIndex,
        receipt: log === null || version.leafIndex === null ? null : receiptPath(log, version.leafIndex),
      };
    }),
  };
}

/** All public versions as a page. */
export function historyPage(reading: PolicyReading, addresses: Addresses): Promise<string> {
  const { publicUrl, current, history } = addresses;
  const versions = newestFirst(reading);
  const name = versions[0]?.title ?? "Policy";
  return pageShell({
    title: `${name}: all versions – ${ownerOf(reading, addresses)}`,
    lang: "en",
    head: html`<link rel="canonical" href="${publicUrl}${history}">
<link rel="alternate" type="application/json" href="${history}.json">
${feedLinks(reading, addresses)}`,
    body: html`<article>
<header><h1>${name}: all versions</h1>
<p>Each version stays here as it was published. Its hash is in a public log, so that nobody can change it later.</p></header>
<form class="as-of" method="get" action="${current}">
<label for="as-of">The version in force on</label>
<input id="as-of" name="as_of" type="date" required>
<button>Read it</button>
</form>
<ol class="history" reversed>
${versions.map((version) => entry(version, reading, addresses))}</ol>
</article>`,
  });
}

/** The authoritative language first. */
function languagesOf(version: PolicyVersion, { translations }: PolicyReading): string[] {
  const others = translations.filter((translation) => translation.version === version.version);
  return [version.language, ...others.map((translation) => translation.language)];
}

function entry(version: PolicyVersion, reading: PolicyReading, { permanent, difference }: Addresses): Html {
  const { publisher, standing, versions } = reading;
  const phase = phaseOf(version, standing);
  const before = predecessorOf(version, versions);
  const { log } = publisher;
  const when = moment(version.effectiveAt, publisher.timeZone);
  return html`<li>
<h2><a href="${permanent(version.version)}">Version ${version.version}</a></h2>
<p><strong>${PHASES[phase]}.</strong> ${effectOf(phase, when)}. Announced ${moment(version.noticedAt, publisher.timeZone)}.${
    version.importedAt === null
      ? ""
      : html` Brought into this record on ${moment(version.importedAt, publisher.timeZone)} with these dates.`
  }</p>
${
  version.cancelledAt === null
    ? ""
    : html`<p>Cancelled on ${moment(version.cancelledAt, publisher.timeZone)}${version.cancelReason === null ? "" : html`: ${version.cancelReason}`}</p>
`
}<p>${CLASSES[version.class]}: ${version.reason}</p>
${
  version.courtOrder === null
    ? ""
    : html`<p>The notice was shorter than usual, as a law or a court ordered.</p>
`
}${before === null ? "" : html`<p><a href="${difference(before.version, version.version)}">What changed since version ${before.version}</a></p>`}
<p class="fine">SHA-256 <code>${version.sha256}</code>${
    log === null || version.leafIndex === null
      ? ""
      : html` · <a href="${receiptPath(log, version.leafIndex)}">entry ${version.leafIndex} of the public log</a>`
  }</p>
</li>
`;
}

function effectOf(phase: Phase, when: Html): Html {
  if (phase === "cancelled") return html`It was to take effect on ${when}`;
  return phase === "scheduled" ? html`Takes effect on ${when}` : html`In force from ${when}`;
}
