import { html } from "hono/html";
import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { type Addresses, addressesOf } from "../../policy/addresses.ts";
import { formatMoment } from "../../policy/dates.ts";
import { type Difference, differenceOf } from "../../policy/difference.ts";
import { renderDifference } from "../../policy/difference-page.ts";
import { differenceText } from "../../policy/difference-text.ts";
import { documentOf } from "../../policy/documents.ts";
import { predecessorOf } from "../../policy/in-force.ts";
import { ownerOf } from "../../policy/page.ts";
import { inLanguage, textsOf } from "../../policy/queries.ts";
import { readPolicy, type VersionReading, withVersion } from "../../policy/read-policy.ts";
import { parseVersionName } from "../../policy/version.ts";
import type { Occasion } from "../outbox/occasion.ts";
import { fill, type Words, wordsIn } from "../words/words.ts";
import { type Content, oneLine } from "./frame.ts";

/** What a letter about a version needs to know, in one language. */
export interface PolicyNews {
  readonly owner: string;
  readonly log: string | null;
  readonly content: Content;
}

/**
 * The letter about a version that is announced or called off; with the change itself in the language that
 * was asked for where both texts exist in it, else in the authoritative one.
 * @throws Problem 404 when the version is not there
 */
export async function policyLetter(
  database: Database,
  settings: Pick<Settings, "operatorOrg" | "publicUrl">,
  { org, policy, version, kind }: Occasion,
  language: string,
  now: number,
): Promise<PolicyNews> {
  const name = parseVersionName(version ?? "");
  if (name === null || policy === null) throw new TypeError(`mail about version ${version}`);
  const question = { org, policy, now };
  const known = await readPolicy(database, question);
  const wanted = known.versions.find((one) => one.version === name);
  const before = wanted === undefined ? null : predecessorOf(wanted, known.versions);
  const names = before === null ? [name] : [before.version, name];
  const texts = textsOf(org, policy, names, now);
  const chosen = [language, language.split("-")[0] ?? language].find((tag) =>
    names.every((one) => known.translations.some((t) => t.version === one && t.language === tag)),
  );
  const reading = await readPolicy(
    database,
    question,
    chosen === undefined ? texts : inLanguage(texts, chosen),
  );
  const after = withVersion(reading, name, chosen);
  const addresses = addressesOf(settings, org, policy);
  const words = await wordsIn(language);
  const owner = oneLine(ownerOf(after, addresses));
  const content =
    kind === "policy_cancelled"
      ? cancellation(after, addresses, words, owner)
      : announcement(
          after,
          before === null ? null : withVersion(reading, before.version, chosen),
          addresses,
          words,
          owner,
        );
  return { owner, log: after.publisher.log, content };
}

function announcement(
  after: VersionReading,
  before: VersionReading | null,
  addresses: Addresses,
  words: Words,
  owner: string,
): Content {
  const { version } = after;
  const { letter } = words;
  const named = namedIn(after, words, owner);
  const subject = fill(letter.changes_on, named);
  const difference: Difference | null =
    before === null ? null : differenceOf(documentOf(before), documentOf(after));
  const links: [string, string][] = [
    ...(before === null
      ? []
      : [
          [letter.difference, addresses.difference(before.version.version, version.version)] satisfies [
            string,
            string,
          ],
        ]),
    [letter.whole_text, addresses.permanent(version.version)],
    [letter.history, addresses.history],
  ];
  const intro = `${fill(letter.intro, named)} ${letter.until_then}`;
  const binding = bindingText(after, words);
  const changes = difference === null ? letter.first_version : differenceText(difference);
  return {
    subject,
    language: words.language,
    text: [
      subject,
      intro,
      `${letter.why}: ${version.reason}`,
      letter.nothing_to_do,
      `${letter.what_changes}\n${"=".repeat(20)}`,
      ...(binding === null ? [] : [binding]),
      changes,
      linesOf(links, addresses),
    ].join("\n\n"),
    html: html`<h1>${subject}</h1>
<p>${intro}</p>
<p><strong>${letter.why}:</strong> ${version.reason}</p>
<p>${letter.nothing_to_do}</p>
<h2>${letter.what_changes}</h2>
${binding === null ? "" : html`<p>${binding}</p>\n`}${
  difference === null
    ? html`<p>${letter.first_version}</p>`
    : html`<p class="fine">${letter.marks}</p>
<div lang="${version.language}" dir="auto">${renderDifference(difference, "feed")}</div>`
}
${linksOf(links, addresses)}`,
  };
}

function cancellation(after: VersionReading, addresses: Addresses, words: Words, owner: string): Content {
  const { letter } = words;
  const named = namedIn(after, words, owner);
  const subject = fill(letter.called_off, named);
  const links: [string, string][] = [
    [letter.whole_text, addresses.current],
    [letter.history, addresses.history],
  ];
  const intro = `${fill(letter.called_off_intro, named)} ${letter.stays}`;
  const { cancelReason } = after.version;
  return {
    subject,
    language: words.language,
    text: [
      subject,
      intro,
      ...(cancelReason === null ? [] : [`${letter.why}: ${cancelReason}`]),
      linesOf(links, addresses),
    ].join("\n\n"),
    html: html`<h1>${subject}</h1>
<p>${intro}</p>
${cancelReason === null ? "" : html`<p><strong>${letter.why}:</strong> ${cancelReason}</p>`}
${linksOf(links, addresses)}`,
  };
}

function namedIn({ version, publisher }: VersionReading, { language }: Words, owner: string) {
  // English dates are written as in India, where the product is at home.
  const locale = language === "en" ? undefined : language;
  return {
    title: oneLine(version.title),
    version: version.version,
    date: formatMoment(version.effectiveAt, publisher.timeZone, locale),
    owner,
  };
}

/** On a translation: which text is binding. */
function bindingText({ translatedFrom }: VersionReading, { language, letter }: Words): string | null {
  if (translatedFrom === null) return null;
  const name = new Intl.DisplayNames(language, { type: "language" }).of(translatedFrom) ?? translatedFrom;
  return fill(letter.translated, { language: name });
}

/** No link says who follows it: they are the same for everybody. */
function linesOf(links: readonly [string, string][], { publicUrl }: Addresses): string {
  return links.map(([label, path]) => `${label}: ${publicUrl}${path}`).join("\n");
}

function linksOf(links: readonly [string, string][], { publicUrl }: Addresses) {
  return html`<ul>
${links.map(([label, path]) => html`<li>${label}: <a href="${publicUrl}${path}">${publicUrl}${path}</a></li>\n`)}</ul>`;
}
