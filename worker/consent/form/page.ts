import { html } from "hono/html";
import {
  CATEGORIES,
  type Configuration,
  type Service,
  type Texts,
} from "../../../consent-banner/configuration.ts";
import { fill, isRightToLeft, nameOf } from "../../../consent-banner/language.ts";
import type { Html } from "../../http/page.ts";
import type { Categories } from "../choice.ts";
import type { ConsentHistory, ProvableRecord } from "../log/consent-history.ts";
import { type FormWords, wordsFor } from "./words.ts";

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
  readonly alert: "expired" | "unknown" | "erased" | "busy" | null;
}

/** Said on very few days, so in English only: the site's budget of consents is spent. */
const BUSY = html`<span lang="en" dir="ltr">Nothing was recorded, and nothing has changed. This site has had more consents
today than usual, so agreeing takes a small calculation that this page, which works without script, cannot make. Agree in
the banner on the site's own pages, or here from tomorrow, 00:00 UTC. Rejecting and withdrawing work here at any time.</span>`;

/** The whole document: no script, one style sheet, the site's own words. */
export async function formPage(page: FormPage): Promise<string> {
  const { configuration, language, base, alert } = page;
  const { notice, site } = configuration;
  const texts = notice.texts[language];
  if (texts === undefined) throw new Error(`the notice has no texts in ${JSON.stringify(language)}`);
  const own = wordsFor(language);
  /** A sentence of the form's own, in the language that it is in. */
  const say = (name: Exclude<keyof FormWords, "days">): Html =>
    own.tag === language
      ? html`${own.words[name]}`
      : html`<span lang="${own.tag}" dir="${directionOf(own.tag)}">${own.words[name]}</span>`;
  const isDraft = own.draft || (notice.drafts?.[language] ?? []).length > 0;
  const speech: Speech = { language, texts, words: own.words, say };
  const document = await html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
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
${alert === null ? "" : html`<p role="alert"><strong>${alert === "busy" ? BUSY : say(alert)}</strong></p>`}
${page.recorded === null ? "" : recordedPart(page.recorded, speech, base)}
<p>${texts.choices_body}</p>
<p>${say(base === "" ? "apart" : "joined")}</p>
${isDraft && texts.draft !== undefined ? html`<p class="fine">${texts.draft}</p>` : ""}
<form method="post" action="${base}/consent/${site}">
<input type="hidden" name="key" value="${page.key}">
${notice.categories.map(({ id, retention_days }) => purpose(page, speech, id, retention_days))}
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
${page.history === null ? "" : historyPart(page.history, speech, base)}
<form class="ask" method="post" action="${base}/consent/${site}/history">
<p><label>${texts.record_id} <input name="consent_id" required pattern="cns_[A-Za-z0-9_\\-]{22}" autocomplete="off" spellcheck="false"></label></p>
<p><label>${say("secret")} <input name="secret" type="password" required pattern="[A-Za-z0-9_\\-]{43}" autocomplete="off"></label></p>
<input type="hidden" name="language" value="${language}">
<p><button>${texts.record_heading}</button></p>
</form>
${languages(page, texts.language)}
</main>
</body>
</html>
`;
  return document.toString();
}

const directionOf = (tag: string) => (isRightToLeft(tag) ? "rtl" : "ltr");

/** How the page speaks: the notice's words, and its own. */
interface Speech {
  readonly language: string;
  readonly texts: Texts;
  readonly words: FormWords;
  say(name: Exclude<keyof FormWords, "days">): Html;
}

function daysIn({ language, words }: Speech, days: number): string {
  const number = new Intl.NumberFormat(language);
  if (words.days !== undefined) return fill(words.days, { days: number.format(days) });
  return new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" }).format(days);
}

function purpose(
  { configuration: { notice }, categories }: FormPage,
  speech: Speech,
  id: keyof Texts["purposes"],
  retentionDays: number,
): Html {
  const { texts } = speech;
  const { title, text, data_items } = texts.purposes[id];
  const services = notice.services.filter(({ category }) => category === id);
  const box =
    id === "necessary"
      ? html`<label><input type="checkbox" checked disabled> ${title} (${texts.always_on})</label>`
      : html`<label><input type="checkbox" name="${id}" value="on"${categories[id] ? " checked" : ""}> ${title}</label>`;
  return html`<fieldset>
<legend>${box}</legend>
<p>${text}</p>
<p>${texts.data_items}: ${data_items.join(", ")}. ${texts.kept}: ${daysIn(speech, retentionDays)}.</p>
<details><summary>${texts.recipients} (${services.length})</summary>
<ul>
${services.map((service) => recipient(service, speech))}
</ul>
</details>
</fieldset>`;
}

function recipient(service: Service, speech: Speech): Html {
  const { language, texts } = speech;
  const country = new Intl.DisplayNames(language, { type: "region" }).of(service.country) ?? service.country;
  return html`<li><strong>${service.name}</strong>, ${service.provider} (${country}):
${texts.services[service.id] ?? ""}${service.policy_url === undefined ? "" : html` <a href="${service.policy_url}" rel="noopener">${texts.policy}</a>`}
${service.items.map(({ name, days }) => html`<br><code dir="ltr">${name}</code>, ${days === 0 ? texts.until_closed : daysIn(speech, days)}`)}</li>`;
}

function recordedPart(recorded: NonNullable<FormPage["recorded"]>, speech: Speech, base: string): Html {
  const { texts, say } = speech;
  return html`<section class="recorded" aria-labelledby="recorded">
<h2 id="recorded">${texts.record_heading}</h2>
<p role="status">${fill(texts.record_sent, { index: String(recorded.index) })}</p>
<p>${texts.record_id}: <code dir="ltr">${recorded.id}</code></p>
${recorded.secret === null ? "" : html`<p>${say("secret")}: <code dir="ltr">${recorded.secret}</code></p>`}
${proof(recorded, speech, base)}
</section>`;
}

function historyPart({ history }: ConsentHistory, speech: Speech, base: string): Html {
  const { language, texts } = speech;
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long", timeZone: "UTC" });
  return html`<ol reversed class="history">
${[...history].reverse().map(
  (entry) => html`<li><time datetime="${entry.record.at}">${moment.format(new Date(entry.record.at))}</time>:
${actionIn(speech, entry)} (${grantsOf(entry, texts)}); ${texts.policy} ${entry.record.policy_version}
${proof(entry, speech, base)}</li>`,
)}
</ol>`;
}

/** What the visitor did, as the button was called. */
function actionIn({ texts, say }: Speech, { record: { action } }: ProvableRecord): Html {
  switch (action) {
    case "accept_all":
      return html`${texts.accept}`;
    case "reject_all":
      return html`${texts.reject}`;
    case "withdraw":
      return say("withdrawn");
    case "gpc":
      return html`Global Privacy Control`;
    default:
      return html`${texts.choose}`;
  }
}

function grantsOf({ record: { categories } }: ProvableRecord, texts: Texts): string {
  // Who accepts all grants what this site does not even ask for.
  const granted = CATEGORIES.filter((id) => categories[id] && Object.hasOwn(texts.purposes, id)).map(
    (id) => texts.purposes[id].title,
  );
  return granted.length === 0 ? "–" : granted.join(", ");
}

/** Record and salt give the commitment of the leaf that the receipt proves. */
function proof({ index, receipt, record, salt }: ProvableRecord, { texts }: Speech, base: string): Html {
  return html`<p><a href="${base}${receipt}" download>${texts.receipt_save} ${index}</a></p>
<details><summary>JSON</summary><pre dir="ltr"><code>${JSON.stringify({ record, salt }, null, 1)}</code></pre></details>`;
}

function languages({ configuration: { notice, site }, language, base }: FormPage, label = "Language"): Html {
  const others = notice.languages.filter((tag) => tag !== language);
  if (others.length === 0) return html``;
  return html`<nav class="languages" aria-label="${label}"><ul>
${others.map((tag) => html`<li><a href="${base}/consent/${site}?language=${tag}" lang="${tag}" dir="${directionOf(tag)}" hreflang="${tag}">${nameOf(tag)}</a></li>`)}
</ul></nav>`;
}
