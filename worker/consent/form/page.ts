import { html } from "hono/html";
import type { Configuration, Texts } from "../../../consent-banner/configuration.ts";
import { fill, isRightToLeft, nameOf } from "../../../consent-banner/language.ts";
import type { Html } from "../../http/page.ts";
import type { Categories } from "../choice.ts";
import type { ConsentHistory, ProvableRecord } from "../log/consent-history.ts";

/** One page of the form, with all that it shows. */
export interface FormPage {
  readonly configuration: Configuration;
  readonly language: string;
  /** Where the worker's paths begin: empty, or `/_c360`. */
  readonly base: string;
  /** The signed hidden key of the next choice. */
  readonly key: string;
  /** What the boxes show. */
  readonly categories: Categories;
  /** A choice that was just recorded. */
  readonly recorded: (ProvableRecord & { readonly id: string; readonly secret: string | null }) | null;
  readonly history: ConsentHistory | null;
  /** Said above everything where something was wrong. */
  readonly alert: string | null;
}

/** The whole document: no script, one style sheet, the site's own words. */
export async function formPage(page: FormPage): Promise<string> {
  const { configuration, language, base, alert } = page;
  const { notice, site } = configuration;
  const texts = notice.texts[language];
  if (texts === undefined) throw new Error(`the notice has no texts in ${JSON.stringify(language)}`);
  const document = await html`<!doctype html>
<html lang="${language}" dir="${isRightToLeft(language) ? "rtl" : "ltr"}">
<head>
<meta charset="utf-8">
<title>${texts.choices_heading} · ${notice.site_name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${base}/tokens.css">
<link rel="stylesheet" href="${base}/pages.css">
</head>
<body>
<header class="masthead">${notice.site_name}</header>
<main id="main">
<h1>${texts.choices_heading}</h1>
${alert === null ? "" : html`<p role="alert"><strong>${alert}</strong></p>`}
${page.recorded === null ? "" : recordedPart(page.recorded, texts, base)}
<p>${texts.choices_body}</p>
${reach(base)}
<form method="post" action="${base}/consent/${site}">
<input type="hidden" name="key" value="${page.key}">
${notice.categories.map(({ id, retention_days }) => purpose(page, texts, id, retention_days))}
<p class="as-of">
<button name="action" value="reject">${texts.reject}</button>
<button name="action" value="accept">${texts.accept}</button>
<button name="action" value="save">${texts.save}</button>
</p>
</form>
<p><a href="${notice.links.policy}">${texts.policy}</a> · <a href="${notice.links.rights}">${texts.rights}</a> ·
<a href="${notice.links.board}">${texts.board}</a> · ${texts.contact}: ${notice.contact.name},
<a href="mailto:${notice.contact.email}">${notice.contact.email}</a></p>
<h2>${texts.record_heading}</h2>
${page.history === null ? "" : historyPart(page.history, base)}
<form class="ask" method="post" action="${base}/consent/${site}/history">
<p><label>${texts.record_id} <input name="consent_id" required pattern="cns_[A-Za-z0-9_\\-]{22}" autocomplete="off" spellcheck="false"></label></p>
<p><label>Secret <input name="secret" type="password" required pattern="[A-Za-z0-9_\\-]{43}" autocomplete="off"></label></p>
<input type="hidden" name="language" value="${language}">
<p><button>${texts.record_heading}</button></p>
</form>
${languages(page)}
</main>
</body>
</html>
`;
  return document.toString();
}

/** What the page can do, and what it cannot. */
function reach(base: string): Html {
  return base === ""
    ? html`<p lang="en" dir="ltr">This page works without script and writes your choice into the public log at once. It is on
another address than the site, so it cannot reach the cookie that the site's pages read: there, the banner asks
with your next visit. Note your consent ID and secret below to come back to this choice.</p>`
    : html`<p lang="en" dir="ltr">This page works without script. It writes your choice into the public log at once, and into the
cookie that the site's pages read.</p>`;
}

function purpose(
  { configuration: { notice }, categories }: FormPage,
  texts: Texts,
  id: keyof Texts["purposes"],
  retentionDays: number,
): Html {
  const { title, text, data_items } = texts.purposes[id];
  const services = notice.services.filter(({ category }) => category === id);
  const box =
    id === "necessary"
      ? html`<label><input type="checkbox" checked disabled> ${title} (${texts.always_on})</label>`
      : html`<label><input type="checkbox" name="${id}" value="on"${categories[id] ? " checked" : ""}> ${title}</label>`;
  return html`<fieldset>
<legend>${box}</legend>
<p>${text}</p>
<p>${texts.data_items}: ${data_items.join(", ")}. ${texts.kept} ${retentionDays} d.</p>
<details><summary>${texts.recipients} (${services.length})</summary>
<ul>
${services.map(
  (service) => html`<li><strong>${service.name}</strong>, ${service.provider} (${service.country}):
${texts.services[service.id] ?? ""}${service.policy_url === undefined ? "" : html` <a href="${service.policy_url}" rel="noopener">${texts.policy}</a>`}
${service.items.map((item) => html`<br><code>${item.name}</code>, ${item.days === 0 ? texts.until_closed : `${item.days} d`}`)}</li>`,
)}
</ul>
</details>
</fieldset>`;
}

function recordedPart(recorded: NonNullable<FormPage["recorded"]>, texts: Texts, base: string): Html {
  return html`<section class="recorded" aria-labelledby="recorded">
<h2 id="recorded">${texts.record_heading}</h2>
<p role="status">${fill(texts.record_sent, { index: String(recorded.index) })}</p>
<p>${texts.record_id}: <code>${recorded.id}</code></p>
${recorded.secret === null ? "" : html`<p lang="en" dir="ltr">Secret, which only you have: <code>${recorded.secret}</code></p>`}
${proof(recorded, base)}
</section>`;
}

function historyPart({ history }: ConsentHistory, base: string): Html {
  return html`<ol reversed class="history">
${[...history].reverse().map(
  (entry) => html`<li><time datetime="${entry.record.at}">${entry.record.at}</time>: ${entry.record.action}
(${grantsOf(entry)}), ${entry.record.policy_version}
${proof(entry, base)}</li>`,
)}
</ol>`;
}

function grantsOf({ record: { categories } }: ProvableRecord): string {
  const granted = Object.entries(categories).flatMap(([id, on]) => (on ? [id] : []));
  return granted.length === 0 ? "–" : granted.join(", ");
}

/** Record and salt give the commitment of the leaf that the receipt proves. */
function proof({ receipt, record, salt }: ProvableRecord, base: string): Html {
  return html`<p><a href="${base}${receipt}" download>${receipt.split("/").at(-1) ?? ""}</a></p>
<details><summary>JSON</summary><pre dir="ltr"><code>${JSON.stringify({ record, salt }, null, 1)}</code></pre></details>`;
}

function languages({ configuration: { notice, site }, language, base }: FormPage): Html {
  const others = notice.languages.filter((tag) => tag !== language);
  if (others.length === 0) return html``;
  return html`<nav class="languages"><ul>
${others.map((tag) => html`<li><a href="${base}/consent/${site}?language=${tag}" lang="${tag}" hreflang="${tag}">${nameOf(tag)}</a></li>`)}
</ul></nav>`;
}
