import { Hono } from "hono";
import * as v from "valibot";
import { allow, PUBLIC } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { invalid, notFound } from "../http/problem.ts";
import { type Addresses, addressesOf } from "./addresses.ts";
import { answer, type Keeping, keptUntil } from "./answer.ts";
import { phaseOf } from "./in-force.ts";
import type { ShownAt } from "./page.ts";
import { inLanguage, newestTexts, type TextsStatement, textsBegunLast, textsOf } from "./queries.ts";
import {
  type PolicyQuestion,
  type PolicyReading,
  readPolicy,
  type VersionReading,
  withVersion,
} from "./read-policy.ts";
import { type Address, parseAddress, SUFFIXES, splitForm, type VersionForm } from "./requested.ts";
import { isPolicyName } from "./version.ts";
import { policyVersionRoutes } from "./versions/routes.ts";

/**
 * The public pages: the operator's privacy policy at `/privacy`, every organisation's policies at
 * `/p/{org}/{policy}`. What needs the Markdown parser is imported when it is asked for.
 */
export const policyRoutes = new Hono<AppEnv>();
policyRoutes.route("/", policyVersionRoutes);

const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";
const ATOM = "application/atom+xml; charset=utf-8";
const FEED_JSON = "application/feed+json; charset=utf-8";
const TYPES: Readonly<Record<VersionForm, string>> = {
  html: HTML,
  md: "text/markdown; charset=utf-8",
  json: JSON_TYPE,
  txt: "text/plain; charset=utf-8",
};

const VersionJson = v.object({
  version: v.string(),
  title: v.string(),
  effective_at: v.string(),
  last_updated: v.nullable(v.string()),
  sha256: v.string(),
  url: v.string(),
  markdown: v.string(),
  sections: v.array(v.object({ id: v.string(), number: v.nullable(v.string()), title: v.string() })),
  cancelled_at: v.optional(v.string()),
});

const HistoryJson = v.object({
  versions: v.array(
    v.object({
      version: v.string(),
      title: v.string(),
      status: v.picklist(["scheduled", "in_force", "superseded", "cancelled"]),
      effective_at: v.string(),
      noticed_at: v.string(),
      class: v.picklist(["material", "clarification", "typo"]),
      reason: v.string(),
      language: v.string(),
      sha256: v.string(),
      url: v.string(),
      difference: v.nullable(v.string()),
      languages: v.array(v.string()),
      changes: v.object({ purposes: v.boolean(), recipients: v.boolean() }),
      cancelled_at: v.nullable(v.string()),
      cancel_reason: v.nullable(v.string()),
      imported_at: v.nullable(v.string()),
      log_index: v.nullable(v.number()),
      receipt: v.nullable(v.string()),
    }),
  ),
});

const AS_OF =
  "With `as_of=2026-01-31` the version in force when that day ended, with `lang=hi` a translation; " +
  "the authoritative text otherwise.";

for (const form of ["html", "md", "json", "txt"] as const) {
  policyRoutes.get(
    `/privacy${SUFFIXES[form]}`,
    allow(PUBLIC),
    describe({
      summary: `The privacy policy in force (${form})`,
      description: AS_OF,
      tag: "Policy",
      answers: {
        200: form === "json" ? { description: "Now in force", json: VersionJson } : page(TYPES[form]),
      },
    }),
    (c) => current(c, questionOf(c, "privacy"), form),
  );
}

policyRoutes.get(
  "/p/:org/:policy",
  allow(PUBLIC),
  describe({
    summary: "An organisation's policy in force",
    description: `\`{policy}\` with \`.md\`, \`.json\`, \`.txt\` or without. ${AS_OF}`,
    tag: "Policy",
    answers: { 200: page(HTML) },
  }),
  (c) => {
    const { name, form } = splitForm(c.req.param("policy"));
    return current(c, questionOf(c, name), form);
  },
);

async function current(c: AppContext, question: PolicyQuestion, form: VersionForm): Promise<Response> {
  const { org, policy, now } = question;
  const [asOf, language] = [one(c, "as_of"), languageOf(c)];
  if (asOf !== undefined) return onDate(c, question, { asOf, language, form });
  const texts = textsBegunLast(org, policy, now);
  const reading = await readPolicy(c.get("database"), question, inLanguageOf(texts, language));
  const { inForce, nextChangeAt } = reading.standing;
  const version = withVersion(reading, inForce?.version, language);
  return answerVersion(c, version, { at: "current", form, keeping: keptUntil(nextChangeAt, now) });
}

async function onDate(
  c: AppContext,
  question: PolicyQuestion,
  { asOf, language, form }: { asOf: string; language: string | undefined; form: VersionForm },
): Promise<Response> {
  const { org, policy, now } = question;
  const { parseAsOf, textsAsOf, versionAsOf } = await import("./as-of.ts");
  const texts = textsAsOf(org, policy, parseAsOf(asOf), now);
  const reading = await readPolicy(c.get("database"), question, inLanguageOf(texts, language));
  const version = withVersion(reading, versionAsOf(reading, asOf)?.version, language);
  return answerVersion(c, version, {
    at: { asOf },
    form,
    keeping: keptUntil(reading.standing.nextChangeAt, now),
  });
}

for (const base of ["/privacy", "/p/:org/:policy"]) {
  const whose = base === "/privacy" ? "the privacy policy" : "an organisation's policy";

  policyRoutes.get(
    `${base}/history`,
    allow(PUBLIC),
    describe({ summary: `All versions of ${whose}`, tag: "Policy", answers: { 200: page(HTML) } }),
    async (c) => {
      const question = questionOf(c);
      const addresses = addressesFor(c, question);
      const reading = await readPolicy(c.get("database"), question);
      const { historyPage } = await import("./history.ts");
      const body = await historyPage(reading, addresses);
      return answer(c, { body, type: HTML, ...changing(reading, addresses) });
    },
  );

  policyRoutes.get(
    `${base}/history.json`,
    allow(PUBLIC),
    describe({
      summary: `All versions of ${whose}, for programs`,
      tag: "Policy",
      answers: { 200: { description: "Newest first", json: HistoryJson } },
    }),
    async (c) => {
      const question = questionOf(c);
      const addresses = addressesFor(c, question);
      const reading = await readPolicy(c.get("database"), question);
      const { historyJson } = await import("./history.ts");
      const body = JSON.stringify(historyJson(reading, addresses));
      return answer(c, { body, type: JSON_TYPE, ...changing(reading, addresses) });
    },
  );

  for (const [name, type] of [
    ["feed.atom", ATOM],
    ["feed.json", FEED_JSON],
  ] as const) {
    policyRoutes.get(
      `${base}/${name}`,
      allow(PUBLIC),
      describe({
        summary: `What changed in ${whose}, as a feed`,
        tag: "Policy",
        answers: { 200: page(type) },
      }),
      async (c) => {
        const question = questionOf(c);
        const addresses = addressesFor(c, question);
        const { FEED_TEXTS, atomFeed, jsonFeed } = await import("./feed.ts");
        const reading = await readPolicy(
          c.get("database"),
          question,
          newestTexts(question.org, question.policy, FEED_TEXTS, question.now),
        );
        const { essence, with: feed } = await (type === ATOM ? atomFeed : jsonFeed)(reading, addresses);
        const body = await feed(await checkpointOf(c, reading));
        return answer(c, { body, essence, type, ...changing(reading, addresses) });
      },
    );
  }

  policyRoutes.get(
    `${base}/:address`,
    allow(PUBLIC),
    describe({
      summary: `One version of ${whose} for ever, or what changed between two`,
      description:
        "`{version}` with `.md`, `.json`, `.txt` or without, and `{version}..{version}`. A version that is " +
        "not in force yet is public from its notice on and says when it takes effect. `lang=hi` is a " +
        "translation.",
      tag: "Policy",
      answers: { 200: page(HTML) },
    }),
    async (c) => {
      const address = parseAddress(c.req.param("address") ?? "");
      if (address === null) throw notFound("version of the policy");
      return address.kind === "version" ? permanent(c, address) : difference(c, address);
    },
  );
}

async function permanent(c: AppContext, { version, form }: Address & { kind: "version" }): Promise<Response> {
  const question = questionOf(c);
  const { org, policy, now } = question;
  const language = languageOf(c);
  const texts = inLanguageOf(textsOf(org, policy, [version], now), language);
  const reading = withVersion(await readPolicy(c.get("database"), question, texts), version, language);
  // The page shows the place in the log, which comes a little after the notice.
  const complete = form !== "html" || reading.version.leafIndex !== null;
  const begun = reading.version.effectiveAt <= now;
  const keeping: Keeping = begun && complete ? "for-ever" : keptUntil(reading.standing.nextChangeAt, now);
  return answerVersion(c, reading, { at: "permanent", form, keeping });
}

async function difference(c: AppContext, address: Address & { kind: "difference" }): Promise<Response> {
  const question = questionOf(c);
  const { org, policy, now } = question;
  const addresses = addressesFor(c, question);
  const language = languageOf(c);
  const texts = inLanguageOf(textsOf(org, policy, [address.before, address.after], now), language);
  const reading = await readPolicy(c.get("database"), question, texts);
  const before = withVersion(reading, address.before, language);
  const after = withVersion(reading, address.after, language);
  const { differencePage } = await import("./difference-page.ts");
  const begun = Math.max(before.version.effectiveAt, after.version.effectiveAt) <= now;
  return answer(c, {
    ...changing(reading, addresses),
    body: await differencePage(before, after, addresses),
    type: HTML,
    ...(begun ? { keeping: "for-ever" } : {}),
  });
}

async function answerVersion(
  c: AppContext,
  reading: VersionReading,
  { at, form, keeping }: { at: ShownAt; form: VersionForm; keeping: Keeping },
): Promise<Response> {
  const addresses = addressesFor(c, reading);
  const latest = `<${addresses.current}>; rel="latest-version"`;
  return answer(c, {
    body: await bodyOf(reading, at, form, addresses),
    type: TYPES[form],
    keeping,
    links: at === "current" ? [historyLink(addresses)] : [historyLink(addresses), latest],
    phase: `${JSON.stringify(at)} ${stageOf(reading)}`,
    language: reading.version.language,
  });
}

/** What a version's own page tells apart; being superseded is none of it. */
function stageOf({ version, standing }: VersionReading): string {
  const phase = phaseOf(version, standing);
  return phase === "scheduled" || phase === "cancelled" ? phase : "begun";
}

async function bodyOf(
  reading: VersionReading,
  at: ShownAt,
  form: VersionForm,
  addresses: Addresses,
): Promise<string> {
  switch (form) {
    case "md":
      return reading.markdown;
    case "html":
      return (await import("./page.ts")).versionPage(reading, at, addresses);
    case "json":
      return JSON.stringify((await import("./version-json.ts")).versionJson(reading, addresses));
    case "txt":
      return (await import("./plain-text.ts")).versionText(reading);
  }
}

/** What the publisher's log signed last. */
async function checkpointOf(c: AppContext, { publisher }: PolicyReading): Promise<string | null> {
  if (publisher.log === null) return null;
  const { readCheckpoint } = await import("../ledger/read-log.ts");
  return readCheckpoint(c.get("database"), publisher.log, c.get("settings").ledgerSecret);
}

/** The policy that an address names; the operator's privacy policy where it names none. */
function questionOf(c: AppContext, name?: string): PolicyQuestion {
  const policy = name ?? c.req.param("policy") ?? "privacy";
  if (!isPolicyName(policy)) throw notFound("policy");
  return { org: c.req.param("org") ?? c.get("settings").operatorOrg, policy, now: Date.now() };
}

function addressesFor(c: AppContext, { org, policy }: PolicyQuestion): Addresses {
  return addressesOf(c.get("settings"), org, policy);
}

/** A parameter's one value. @throws Problem 422 when it is given more than once */
function one(c: AppContext, parameter: string): string | undefined {
  const [value, ...more] = c.req.queries(parameter) ?? [];
  if (more.length > 0) throw invalid([{ parameter, detail: "is given more than once." }]);
  return value;
}

function languageOf(c: AppContext): string | undefined {
  return one(c, "lang");
}

function inLanguageOf(texts: TextsStatement, language: string | undefined): TextsStatement {
  return language === undefined ? texts : inLanguage(texts, language);
}

function historyLink({ history }: Addresses): string {
  return `<${history}>; rel="version-history"`;
}

/** How an answer is kept that is another one after the next change. */
function changing(
  { standing, now }: { standing: { nextChangeAt: number | null }; now: number },
  addresses: Addresses,
) {
  return { keeping: keptUntil(standing.nextChangeAt, now), links: [historyLink(addresses)], phase: "" };
}

function page(media: string) {
  return { description: "As it stands", media: media.split(";")[0] ?? media };
}
