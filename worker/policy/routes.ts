import { Hono } from "hono";
import * as v from "valibot";
import { allow, PUBLIC } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { notFound } from "../http/problem.ts";
import { ATOM_FEED, CURRENT, HISTORY, JSON_FEED } from "./addresses.ts";
import { answer, type Keeping, keptUntil } from "./answer.ts";
import { phaseOf } from "./in-force.ts";
import { newestTexts, textsBegunLast, textsOf } from "./queries.ts";
import { type PolicyQuestion, readPolicy, type VersionReading, withVersion } from "./read-policy.ts";
import { type Address, parseAddress, SUFFIXES, type VersionForm } from "./requested.ts";

/** The operator's privacy policy. What needs the Markdown parser is imported when it is asked for. */
export const policyRoutes = new Hono<AppEnv>();

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

const HISTORY_LINK = `<${HISTORY}>; rel="version-history"`;
const LATEST_LINK = `<${CURRENT}>; rel="latest-version"`;

const VersionJson = v.object({
  version: v.string(),
  title: v.string(),
  effective_at: v.string(),
  last_updated: v.nullable(v.string()),
  sha256: v.string(),
  url: v.string(),
  markdown: v.string(),
  sections: v.array(v.object({ id: v.string(), number: v.nullable(v.string()), title: v.string() })),
});

const HistoryJson = v.object({
  versions: v.array(
    v.object({
      version: v.string(),
      title: v.string(),
      status: v.picklist(["scheduled", "in_force", "superseded"]),
      effective_at: v.string(),
      noticed_at: v.string(),
      class: v.picklist(["material", "clarification", "typo"]),
      reason: v.string(),
      language: v.string(),
      sha256: v.string(),
      url: v.string(),
      difference: v.nullable(v.string()),
      log_index: v.nullable(v.number()),
      receipt: v.nullable(v.string()),
    }),
  ),
});

for (const form of ["html", "md", "json", "txt"] as const) {
  policyRoutes.get(
    CURRENT + SUFFIXES[form],
    allow(PUBLIC),
    describe({
      summary: `The privacy policy in force (${form})`,
      tag: "Policy",
      answers: {
        200: form === "json" ? { description: "Now in force", json: VersionJson } : page(TYPES[form]),
      },
    }),
    async (c) => {
      const question = questionOf(c);
      const { org, policy, now } = question;
      const reading = await readPolicy(c.get("database"), question, textsBegunLast(org, policy, now));
      const { inForce, nextChangeAt } = reading.standing;
      const version = withVersion(reading, inForce?.version);
      return answerVersion(c, version, { at: "current", form, keeping: keptUntil(nextChangeAt, now) });
    },
  );
}

policyRoutes.get(
  HISTORY,
  allow(PUBLIC),
  describe({ summary: "All versions of the privacy policy", tag: "Policy", answers: { 200: page(HTML) } }),
  async (c) => {
    const reading = await readPolicy(c.get("database"), questionOf(c));
    const { historyPage } = await import("./history.ts");
    const body = await historyPage(reading, c.get("settings").publicUrl);
    return answer(c, { body, type: HTML, ...changing(reading) });
  },
);

policyRoutes.get(
  `${HISTORY}.json`,
  allow(PUBLIC),
  describe({
    summary: "All versions of the privacy policy, for programs",
    tag: "Policy",
    answers: { 200: { description: "Newest first", json: HistoryJson } },
  }),
  async (c) => {
    const reading = await readPolicy(c.get("database"), questionOf(c));
    const { historyJson } = await import("./history.ts");
    const body = JSON.stringify(historyJson(reading, c.get("settings").publicUrl));
    return answer(c, { body, type: JSON_TYPE, ...changing(reading) });
  },
);

for (const [path, type] of [
  [ATOM_FEED, ATOM],
  [JSON_FEED, FEED_JSON],
] as const) {
  policyRoutes.get(
    path,
    allow(PUBLIC),
    describe({
      summary: "What changed in the privacy policy, as a feed",
      tag: "Policy",
      answers: { 200: page(type) },
    }),
    async (c) => {
      const question = questionOf(c);
      const { FEED_TEXTS, atomFeed, jsonFeed } = await import("./feed.ts");
      const reading = await readPolicy(
        c.get("database"),
        question,
        newestTexts(question.org, question.policy, FEED_TEXTS, question.now),
      );
      const feed = type === ATOM ? atomFeed : jsonFeed;
      const body = await feed(reading, c.get("settings").publicUrl);
      return answer(c, { body, type, ...changing(reading) });
    },
  );
}

policyRoutes.get(
  `${CURRENT}/:address`,
  allow(PUBLIC),
  describe({
    summary: "One version for ever, or what changed between two",
    description:
      "`{version}` with `.md`, `.json`, `.txt` or without, and `{version}..{version}`. A version that is " +
      "not in force yet is public from its notice on and says when it takes effect.",
    tag: "Policy",
    answers: { 200: page(HTML) },
  }),
  async (c) => {
    const address = parseAddress(c.req.param("address"));
    if (address === null) throw notFound("version of the policy");
    return address.kind === "version" ? permanent(c, address) : difference(c, address);
  },
);

async function permanent(c: AppContext, { version, form }: Address & { kind: "version" }): Promise<Response> {
  const question = questionOf(c);
  const { org, policy, now } = question;
  const reading = withVersion(
    await readPolicy(c.get("database"), question, textsOf(org, policy, [version], now)),
    version,
  );
  // The page shows the place in the log, which comes a little after the notice.
  const complete = form !== "html" || reading.version.leafIndex !== null;
  const begun = reading.version.effectiveAt <= now;
  const keeping: Keeping = begun && complete ? "for-ever" : keptUntil(reading.standing.nextChangeAt, now);
  return answerVersion(c, reading, { at: "permanent", form, keeping });
}

async function difference(c: AppContext, address: Address & { kind: "difference" }): Promise<Response> {
  const question = questionOf(c);
  const { org, policy, now } = question;
  const texts = textsOf(org, policy, [address.before, address.after], now);
  const reading = await readPolicy(c.get("database"), question, texts);
  const before = withVersion(reading, address.before);
  const after = withVersion(reading, address.after);
  const { differencePage } = await import("./difference-page.ts");
  const begun = Math.max(before.version.effectiveAt, after.version.effectiveAt) <= now;
  return answer(c, {
    ...changing(reading),
    body: await differencePage(before, after, c.get("settings").publicUrl),
    type: HTML,
    ...(begun ? { keeping: "for-ever" } : {}),
  });
}

async function answerVersion(
  c: AppContext,
  reading: VersionReading,
  { at, form, keeping }: { at: "current" | "permanent"; form: VersionForm; keeping: Keeping },
): Promise<Response> {
  return answer(c, {
    body: await bodyOf(reading, at, form, c.get("settings").publicUrl),
    type: TYPES[form],
    keeping,
    links: at === "current" ? [HISTORY_LINK] : [HISTORY_LINK, LATEST_LINK],
    phase: `${at} ${phaseOf(reading.version, reading.standing) === "scheduled" ? "scheduled" : "begun"}`,
    language: reading.version.language,
  });
}

async function bodyOf(
  reading: VersionReading,
  at: "current" | "permanent",
  form: VersionForm,
  publicUrl: string,
): Promise<string> {
  switch (form) {
    case "md":
      return reading.markdown;
    case "html":
      return (await import("./page.ts")).versionPage(reading, at, publicUrl);
    case "json":
      return JSON.stringify((await import("./version-json.ts")).versionJson(reading, publicUrl));
    case "txt":
      return (await import("./plain-text.ts")).versionText(reading);
  }
}

function questionOf(c: AppContext): PolicyQuestion {
  return { org: c.get("settings").operatorOrg, policy: "privacy", now: Date.now() };
}

/** How an answer is kept that is another one after the next change. */
function changing({ standing, now }: { standing: { nextChangeAt: number | null }; now: number }) {
  return { keeping: keptUntil(standing.nextChangeAt, now), links: [HISTORY_LINK], phase: "" };
}

function page(media: string) {
  return { description: "As it stands", media: media.split(";")[0] ?? media };
}
