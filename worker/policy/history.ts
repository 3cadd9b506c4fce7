import { html } from "hono/html";
import { formatInstant } from "../http/fields.ts";
import { type Html, pageShell } from "../http/page.ts";
import { differencePath, HISTORY, permanentPath, receiptPath } from "./addresses.ts";
import { type Phase, phaseOf, predecessorOf } from "./in-force.ts";
import { feedLinks, moment } from "./page.ts";
import type { PolicyReading } from "./read-policy.ts";
import type { PolicyVersion, VersionClass } from "./version.ts";

const PHASES: Readonly<Record<Phase, string>> = {
  scheduled: "Not in force yet",
  in_force: "In force",
  superseded: "No longer in force",
};

const CLASSES: Readonly<Record<VersionClass, string>> = {
  material: "Change of substance",
  clarification: "Clarification",
  typo: "Correction of wording",
};

/** Newest first: what is announced, what is in force, what was. */
function newestFirst({ standing }: PolicyReading): PolicyVersion[] {
  const inForce = standing.inForce === null ? [] : [standing.inForce];
  return [...standing.scheduled.toReversed(), ...inForce, ...standing.superseded];
}

/** All public versions for programs. */
export function historyJson(reading: PolicyReading, publicUrl: string) {
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
        url: publicUrl + permanentPath(version.version),
        difference: before === null ? null : publicUrl + differencePath(before.version, version.version),
        log_index: version.leafIndex,
        receipt: log === null || version.leafIndex === null ? null : receiptPath(log, version.leafIndex),
      };
    }),
  };
}

/** All public versions as a page. */
export function historyPage(reading: PolicyReading, publicUrl: string): Promise<string> {
  const versions = newestFirst(reading);
  const name = versions[0]?.title ?? "Policy";
  return pageShell({
    title: `${name}: all versions – Callers360`,
    lang: "en",
    head: html`<link rel="canonical" href="${publicUrl}${HISTORY}">
<link rel="alternate" type="application/json" href="${HISTORY}.json">
${feedLinks()}`,
    body: html`<article>
<header><h1>${name}: all versions</h1>
<p>Each version stays here as it was published. Its hash is in a public log, so that nobody can change it later.</p></header>
<ol class="history" reversed>
${versions.map((version) => entry(version, reading))}</ol>
</article>`,
  });
}

function entry(version: PolicyVersion, reading: PolicyReading): Html {
  const { publisher, standing, versions } = reading;
  const phase = phaseOf(version, standing);
  const before = predecessorOf(version, versions);
  const { log } = publisher;
  const when = moment(version.effectiveAt, publisher.timeZone);
  return html`<li>
<h2><a href="${permanentPath(version.version)}">Version ${version.version}</a></h2>
<p><strong>${PHASES[phase]}.</strong> ${phase === "scheduled" ? html`Takes effect on ${when}` : html`In force from ${when}`}. Announced ${moment(version.noticedAt, publisher.timeZone)}.</p>
<p>${CLASSES[version.class]}: ${version.reason}</p>
${before === null ? "" : html`<p><a href="${differencePath(before.version, version.version)}">What changed since version ${before.version}</a></p>`}
<p class="fine">SHA-256 <code>${version.sha256}</code>${
    log === null || version.leafIndex === null
      ? ""
      : html` · <a href="${receiptPath(log, version.leafIndex)}">entry ${version.leafIndex} of the public log</a>`
  }</p>
</li>
`;
}
