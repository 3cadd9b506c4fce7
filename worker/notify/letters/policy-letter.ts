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
import { type Content, oneLine } from "./frame.ts";
import { type Words, wordsIn } from "./words.ts";

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
  const words = wordsIn(language);
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
  const { version, publisher } = after;
  const title = oneLine(version.title);
  const date = formatMoment(version.effectiveAt, publisher.timeZone);
  const subject = words.changesOn(title, date, owner);
  const difference: Difference | null =
    before === null ? null : differenceOf(documentOf(before), documentOf(after));
  const links: [string, string][] = [
    ...(before === null
      ? []
      : [
          [words.difference, addresses.difference(before.version.version, version.version)] satisfies [
            string,
            string,
          ],
        ]),
    [words.wholeText, addresses.permanent(version.version)],
    [words.history, addresses.history],
  ];
  const intro = `${words.intro(title, version.version, date)} ${words.untilThen}`;
  const changes = difference === null ? words.firstVersion : differenceText(difference);
  return {
    subject,
    language: words.language,
    text: [
      subject,
      intro,
      `${words.why}: ${version.reason}`,
      words.nothingToDo,
      `${words.whatChanges}\n${"=".repeat(20)}`,
      changes,
      linesOf(links, addresses),
    ].join("\n\n"),
    html: html`<h1>${subject}</h1>
<p>${intro}</p>
<p><strong>${words.why}:</strong> ${version.reason}</p>
<p>${words.nothingToDo}</p>
<h2>${words.whatChanges}</h2>
${
  difference === null
    ? html`<p>${words.firstVersion}</p>`
    : html`<p class="fine">${words.marks}</p>
<div lang="${version.language}" dir="auto">${renderDifference(difference, "feed")}</div>`
}
${linksOf(links, addresses)}`,
  };
}

function cancellation(
  { version, publisher }: VersionReading,
  addresses: Addresses,
  words: Words,
  owner: string,
): Content {
  const title = oneLine(version.title);
  const date = formatMoment(version.effectiveAt, publisher.timeZone);
  const subject = words.cancelled(title, date, owner);
  const links: [string, string][] = [
    [words.wholeText, addresses.current],
    [words.history, addresses.history],
  ];
  const intro = `${words.cancelledIntro(title, version.version, date)} ${words.staysAsItIs}`;
  const { cancelReason } = version;
  return {
    subject,
    language: words.language,
    text: [
      subject,
      intro,
      ...(cancelReason === null ? [] : [`${words.why}: ${cancelReason}`]),
      linesOf(links, addresses),
    ].join("\n\n"),
    html: html`<h1>${subject}</h1>
<p>${intro}</p>
${cancelReason === null ? "" : html`<p><strong>${words.why}:</strong> ${cancelReason}</p>`}
${linksOf(links, addresses)}`,
  };
}

/** No link says who follows it: they are the same for everybody. */
function linesOf(links: readonly [string, string][], { publicUrl }: Addresses): string {
  return links.map(([label, path]) => `${label}: ${publicUrl}${path}`).join("\n");
}

function linksOf(links: readonly [string, string][], { publicUrl }: Addresses) {
  return html`<ul>
${links.map(([label, path]) => html`<li>${label}: <a href="${publicUrl}${path}">${publicUrl}${path}</a></li>\n`)}</ul>`;
}
