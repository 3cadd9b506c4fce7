import { html } from "hono/html";
import { CATEGORIES, type Notice } from "../consent-banner/configuration.ts";
import { textsFor } from "../worker/consent/log/iso-27560.ts";
import type { Evidence, Finding } from "./evidence.ts";

/** What a page is made of, beside the evidence. */
export interface PageContext {
  readonly vkey: string;
  /** Where the key came from, in words. */
  readonly vkeySource: string;
  readonly findings: readonly Finding[];
  /** RFC 3339. */
  readonly made_at: string;
}

const ACTIONS: Readonly<Record<string, string>> = {
  accept_all: "agreed to everything that was asked",
  reject_all: "refused everything that was asked",
  custom: "chose for each purpose",
  withdraw: "withdrew",
  gpc: "refused by the browser's signal (Global Privacy Control)",
};

/** One page for a complaint: complete in itself, no script, nothing fetched, made to be printed. */
export function evidencePage(evidence: Evidence, context: PageContext) {
  const { record, index, salt, notice, policyText, proof, log } = evidence;
  const failed = context.findings.some(({ holds }) => holds === false);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Consent record ${index} of ${log}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Consent record ${index} of ${log}</h1>
<p class="made">Made on ${context.made_at}. Times are UTC.</p>

<h2>What was chosen</h2>
<p>On <b>${record.at}</b>, on the site <b>${notice?.document.site_name ?? record.site}</b> (${record.site}),
the visitor with the consent id <b>${record.consent_id}</b> ${ACTIONS[record.action] ?? record.action}.</p>
<table>
<thead><tr><th scope="col">Purpose</th><th scope="col">Choice</th></tr></thead>
<tbody>${CATEGORIES.map(
    (category) => html`<tr><th scope="row">${titleOf(category, evidence)}</th>
<td>${record.categories[category] ? "allowed" : "not allowed"}</td></tr>`,
  )}</tbody>
</table>
<p>It was the visitor's choice number ${record.choice}. ${
    record.prev === null ? "No record came before it." : `The record before it is entry ${record.prev}.`
  } Language shown: ${record.language}. Country as the network said: ${record.country ?? "not known"}. Global Privacy
Control: ${record.gpc ? "on" : "off"}.</p>

<h2>What was checked</h2>
<p class="${failed ? "fails" : "holds"}"><b>${
    failed ? "Not everything holds. Read below." : "Everything that could be checked holds."
  }</b></p>
<table>
<thead><tr><th scope="col">Claim</th><th scope="col">Result</th><th scope="col">Why</th></tr></thead>
<tbody>${context.findings.map(
    ({ what, holds, says }) => html`<tr><th scope="row">${what}</th>
<td>${holds === null ? "not checked" : holds ? "holds" : "does not hold"}</td><td>${says}</td></tr>`,
  )}</tbody>
</table>
<p>Checked with this verification key of the log, ${context.vkeySource}:</p>
<pre>${context.vkey}</pre>

${notice === null ? "" : noticeAsShown(notice, record.language)}

<h2>The policy of that day</h2>
${
  policyText === null
    ? html`<p>The notice named version ${record.policy_version}.</p>`
    : html`<p>${policyText.title}, version ${policyText.version}, in effect from ${policyText.effective_at}:
${policyText.url}</p>
<pre class="text">${policyText.markdown}</pre>`
}

<h2>The record and its proof</h2>
<p>Save the three as files, and anybody can check them without us, with the format that
docs/ledger-format.md describes or with
<code>npm run verify -- receipt ${index}.tlog-proof --vkey KEY --record record.json --salt SALT</code>.</p>
<h3>record.json</h3>
<pre>${JSON.stringify(record)}</pre>
<h3>Salt</h3>
<pre>${salt}</pre>
<h3>${index}.tlog-proof</h3>
<pre>${proof}</pre>

<h2>What this does not prove</h2>
<p>That a person sat at the browser, or who it was: the record holds no name, address or device. That the choice still
holds today: a later one may have replaced it. That everybody is shown the same log: whoever wants to be sure compares
the signed checkpoint above with one from elsewhere.</p>
</body>
</html>
`;
}

function titleOf(category: (typeof CATEGORIES)[number], { notice, record }: Evidence): string {
  return notice === null ? category : textsFor(notice.document, record.language).purposes[category].title;
}

function noticeAsShown(
  { document, published_at, superseded_at }: NonNullable<Evidence["notice"]>,
  language: string,
) {
  const texts = textsFor(document, language);
  return html`<h2>The notice as it was shown</h2>
<p>In force from ${published_at}${superseded_at === null ? "" : html` to ${superseded_at}`}; in
${language}, among ${document.languages.join(", ")}.</p>
<blockquote lang="${language}">
<h3>${texts.heading}</h3>
<p>${texts.body}</p>
<p>${texts.accept} · ${texts.reject} · ${texts.choose}</p>
<p>${texts.choices_body}</p>
${document.categories.map(({ id, retention_days }) => {
  const purpose = texts.purposes[id];
  return html`<h4>${purpose.title}${id === "necessary" ? html` (${texts.always_on})` : ""}</h4>
<p>${purpose.text}</p>
<p>${texts.data_items}: ${purpose.data_items.join(", ")}. ${texts.kept}: ${retention_days} d.</p>
${recipients(document, id, texts.services)}`;
})}
<p>${texts.rights}: ${document.links.rights} · ${texts.board}: ${document.links.board} · ${texts.policy}:
${document.links.policy}</p>
<p>${texts.contact}: ${document.contact.name}, ${document.contact.email}</p>
</blockquote>`;
}

function recipients({ services }: Notice, category: string, words: Readonly<Record<string, string>>) {
  const own = services.filter((service) => service.category === category);
  if (own.length === 0) return "";
  return html`<ul>${own.map(
    ({ id, name, provider, country, host, items }) =>
      html`<li>${name}, ${provider} (${country}${
        host === undefined ? "" : `, ${host}`
      }): ${words[id] ?? ""}${items.length === 0 ? "" : `. On the device: ${items.map((item) => `${item.name} (${item.days} d)`).join(", ")}`}</li>`,
  )}</ul>`;
}

const STYLE = `
body { font: 11pt/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #bbb; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: start; vertical-align: top;
border: 1px solid #bbb; padding: 0.3rem 0.5rem; } th[scope="row"] { font-weight: 600; min-width: 9rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f4; padding: 0.6rem; font-size: 9pt; }
pre.text { font: inherit; } blockquote { margin: 0; padding: 0.2rem 1rem; border-inline-start: 4px solid #888; }
.holds, .fails { padding: 0.5rem 0.8rem; border: 2px solid; } .fails { border-style: double; border-width: 6px; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr, h3, h4 { break-inside: avoid; } }
`;
