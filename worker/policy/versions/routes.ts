import { type Context, Hono } from "hono";
import * as v from "valibot";
import { actorOf } from "../../accounts/audit.ts";
import type { Principal } from "../../accounts/principal.ts";
import { type Access, allow, principalOf } from "../../http/access.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { Instant } from "../../http/fields.ts";
import { parseJson, parseQuery } from "../../http/parse.ts";
import { invalid, notFound, Problem } from "../../http/problem.ts";
import { addressesOf } from "../addresses.ts";
import { PROFILES } from "../lint/context.ts";
import { SEVERITIES } from "../lint/finding.ts";
import { isPolicyName, parseVersionName, VERSION_CLASSES } from "../version.ts";
import type { DraftKey } from "./queries.ts";
import { VersionDetail, VersionSummary } from "./representation.ts";

/** Managing policies. The rules and the Markdown parser are imported when they are needed. */
export const policyVersionRoutes = new Hono<AppEnv>();

const MANAGE: Access = { kind: "scope", scope: "manage", memberWrites: true };
const BASE = "/api/v1/policies";

/** A draft with all translations; JSON writes some letters in six bytes. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;
const MAX_BYTES = 64 * 1024;

const Reason = v.pipe(
  v.string("must be a string."),
  v.trim(),
  v.minLength(1, "must not be empty."),
  v.maxLength(2000, "must have at most 2,000 characters."),
);
const VersionClass = v.picklist(VERSION_CLASSES, `must be ${VERSION_CLASSES.join(", ")}.`);
const Changes = v.optional(
  v.strictObject({
    purposes: v.optional(v.boolean("must be true or false."), false),
    recipients: v.optional(v.boolean("must be true or false."), false),
  }),
  { purposes: false, recipients: false },
);

const PolicyList = v.object({
  policies: v.array(v.object({ policy: v.string(), url: v.string(), versions: v.array(VersionSummary) })),
});

policyVersionRoutes.get(
  BASE,
  allow(MANAGE),
  describe({
    summary: "All policies with their versions and drafts",
    tag: "Policy",
    answers: { 200: { description: "By policy, newest first", json: PolicyList } },
  }),
  async (c) => {
    parseQuery(c, v.strictObject({}));
    const { listPolicies } = await import("./list-policies.ts");
    const policies = await listPolicies(c.get("database"), c.get("settings"), principalOf(c).org, Date.now());
    return c.json({ policies }, 200, PRIVATE);
  },
);

policyVersionRoutes.get(
  `${BASE}/:policy`,
  allow(MANAGE),
  describe({
    summary: "One policy with its versions and drafts",
    tag: "Policy",
    answers: {
      200: {
        description: "Drafts, then versions, newest first",
        json: v.object({ policy: v.string(), url: v.string(), versions: v.array(VersionSummary) }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, v.strictObject({}));
    const { listPolicies } = await import("./list-policies.ts");
    const wanted = policyOf(c);
    const policies = await listPolicies(c.get("database"), c.get("settings"), principalOf(c).org, Date.now());
    const policy = policies.find((known) => known.policy === wanted);
    if (policy === undefined) throw notFound("policy");
    return c.json(policy, 200, PRIVATE);
  },
);

policyVersionRoutes.get(
  `${BASE}/:policy/:version`,
  allow(MANAGE),
  describe({
    summary: "One version or draft with its text",
    description: "A draft comes with its ETag.",
    tag: "Policy",
    answers: { 200: { description: "As it stands", json: VersionDetail } },
  }),
  async (c) => {
    parseQuery(c, v.strictObject({}));
    return answerVersion(c, keyOf(c));
  },
);

policyVersionRoutes.get(
  `${BASE}/:policy/:version/status`,
  allow(MANAGE),
  describe({
    summary: "Where a version or draft stands",
    tag: "Policy",
    answers: {
      200: {
        description: "Without its text",
        json: v.object({ policy: v.string(), ...VersionSummary.entries }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, v.strictObject({}));
    const { readState } = await import("./state.ts");
    const { versionDetail } = await import("./representation.ts");
    const state = await readState(c.get("database"), keyOf(c), Date.now());
    const detail = versionDetail(state, addressesOf(c.get("settings"), state.org, state.policy));
    if (detail === null) throw notFound("version or draft");
    const { markdown: _, translations: __, ...status } = detail;
    return c.json(status, 200, PRIVATE);
  },
);

const DraftBody = v.strictObject({
  markdown: v.string("must be a string."),
  language: v.optional(v.string("must be a string."), "en"),
  translations: v.optional(v.record(v.string(), v.string("must be a string.")), {}),
});

policyVersionRoutes.put(
  `${BASE}/:policy/:version`,
  allow(MANAGE),
  describe({
    summary: "Begin or replace a draft",
    description:
      "`markdown` is the authoritative text, in `language`; `translations` are texts by language. Replacing " +
      "needs the ETag that was read as If-Match: 428 without, 412 when somebody saved since. A published " +
      "number with other content is 409.",
    tag: "Policy",
    headers: { "If-Match": "The ETag of the draft that is replaced" },
    body: { schema: DraftBody, media: ["application/json"] },
    answers: {
      200: { description: "Replaced", json: VersionDetail },
      201: { description: "Begun", json: VersionDetail },
    },
  }),
  async (c) => {
    const key = keyOf(c);
    const texts = await parseJson(c, DraftBody, { maxBytes: MAX_TEXT_BYTES });
    const { saveDraft } = await import("./save-draft.ts");
    const { saved } = await saveDraft(c.get("database"), {
      ...key,
      ...texts,
      ifMatch: c.req.header("if-match"),
      actor: actorOf(principalOf(c)),
      now: Date.now(),
    });
    return answerVersion(c, key, saved === "created" ? 201 : 200);
  },
);

policyVersionRoutes.delete(
  `${BASE}/:policy/:version`,
  allow(MANAGE),
  describe({
    summary: "Throw a draft away",
    description: "Needs If-Match, as replacing does. What was published stays.",
    tag: "Policy",
    headers: { "If-Match": "The ETag of the draft" },
    answers: { 204: { description: "Gone" } },
  }),
  async (c) => {
    const { discardDraft } = await import("./save-draft.ts");
    await discardDraft(c.get("database"), {
      ...keyOf(c),
      ifMatch: c.req.header("if-match"),
      actor: actorOf(principalOf(c)),
      now: Date.now(),
    });
    return c.body(null, 204);
  },
);

const ProfileList = v.pipe(
  v.string(),
  v.transform((text) => text.split(",")),
  v.array(v.picklist(PROFILES, `must be ${PROFILES.join(", ")}, or both with a comma between.`)),
);

const LintQuery = v.strictObject({ profile: v.optional(ProfileList) });
const LintBody = v.strictObject({
  markdown: v.optional(v.string("must be a string.")),
  language: v.optional(v.string("must be a string.")),
  profiles: v.optional(v.array(v.picklist(PROFILES, `must be ${PROFILES.join(", ")}.`))),
  effective_at: v.optional(Instant),
  changes: v.optional(v.strictObject({ purposes: v.boolean(), recipients: v.boolean() })),
});

const Findings = v.object({
  findings: v.array(
    v.object({
      line: v.number(),
      severity: v.picklist(SEVERITIES),
      rule: v.string(),
      reason: v.string(),
      suggestion: v.string(),
    }),
  ),
  errors: v.number(),
  warnings: v.number(),
});

policyVersionRoutes.get(
  `${BASE}/:policy/:version/lint`,
  allow(MANAGE),
  describe({
    summary: "What the linter says of a version or draft",
    description: "`profile=dpdp,gdpr` also names the parts that these laws ask for and that are missing.",
    tag: "Policy",
    query: LintQuery,
    answers: { 200: { description: "From the top of the text to its end", json: Findings } },
  }),
  async (c) => {
    const { profile = [] } = parseQuery(c, LintQuery);
    const { lintVersion } = await import("./lint-version.ts");
    return c.json(
      await lintVersion(c.get("database"), keyOf(c), { profiles: profile, now: Date.now() }),
      200,
      PRIVATE,
    );
  },
);

policyVersionRoutes.post(
  `${BASE}/:policy/:version/lint`,
  allow(MANAGE),
  describe({
    summary: "What the linter says of a text that is not saved",
    description: "Without `markdown`, of the version or draft.",
    tag: "Policy",
    body: { schema: LintBody, media: ["application/json"] },
    answers: { 200: { description: "From the top of the text to its end", json: Findings } },
  }),
  async (c) => {
    const key = keyOf(c);
    const {
      profiles = [],
      effective_at,
      ...body
    } = hasBody(c) ? await parseJson(c, LintBody, { maxBytes: MAX_TEXT_BYTES }) : {};
    const { lintVersion } = await import("./lint-version.ts");
    const report = await lintVersion(c.get("database"), key, {
      ...body,
      profiles,
      now: Date.now(),
      ...(effective_at === undefined ? {} : { effectiveAt: effective_at }),
    });
    return c.json(report, 200, PRIVATE);
  },
);

const DiffQuery = v.strictObject({ against: v.optional(v.string()) });
const Runs = v.array(v.object({ kind: v.picklist(["same", "removed", "added"]), text: v.string() }));
const Heading = v.nullable(v.object({ id: v.string(), number: v.nullable(v.string()), title: v.string() }));

policyVersionRoutes.get(
  `${BASE}/:policy/:version/diff`,
  allow(MANAGE),
  describe({
    summary: "What a version or draft changes, word by word, by section",
    description: "Compared with `against`, or with the version in force.",
    tag: "Policy",
    query: DiffQuery,
    answers: {
      200: {
        description: "In the order of the newer text",
        json: v.object({
          from: v.string(),
          to: v.string(),
          title: v.nullable(Runs),
          sections: v.array(
            v.object({
              status: v.picklist(["same", "changed", "formatting", "added", "removed"]),
              before: Heading,
              after: Heading,
              moved: v.boolean(),
              blocks: v.array(
                v.object({
                  kind: v.picklist(["same", "changed", "added", "removed"]),
                  marker: v.string(),
                  depth: v.number(),
                  runs: Runs,
                }),
              ),
            }),
          ),
        }),
      },
    },
  }),
  async (c) => {
    const { against } = parseQuery(c, DiffQuery);
    const { diffVersion } = await import("./diff-version.ts");
    return c.json(await diffVersion(c.get("database"), keyOf(c), against, Date.now()), 200, PRIVATE);
  },
);

const ScheduleBody = v.strictObject({
  effective_at: Instant,
  reason: Reason,
  class: VersionClass,
  changes: Changes,
  court_order: v.optional(v.nullable(Reason), null),
});

policyVersionRoutes.post(
  `${BASE}/:policy/:version/schedule`,
  allow(MANAGE),
  describe({
    summary: "Announce a draft, to take effect at an instant",
    description:
      "From now on the text is public and never changes. The notice is at least 30 days for a material " +
      "change, 7 days for a clarification, 24 hours for a typo. Only an owner may give a shorter one, with " +
      "the law or court that orders it in `court_order`. `changes` says whether purposes or recipients " +
      "change, so that consent is asked again. If-Match makes sure that it is the draft you read.",
    tag: "Policy",
    headers: { "If-Match": "The ETag of the draft" },
    body: { schema: ScheduleBody, media: ["application/json"] },
    answers: { 200: { description: "Announced", json: VersionDetail } },
  }),
  async (c) => {
    const key = keyOf(c);
    const body = await parseJson(c, ScheduleBody, { maxBytes: MAX_BYTES });
    const principal = principalOf(c);
    if (body.court_order !== null && !isOwner(principal)) throw ownerRequired();
    const { scheduleVersion } = await import("./schedule.ts");
    await scheduleVersion(c.get("database"), {
      ...key,
      effectiveAt: body.effective_at,
      reason: body.reason,
      class: body.class,
      changes: body.changes,
      courtOrder: body.court_order,
      ifMatch: c.req.header("if-match"),
      actor: actorOf(principal),
      now: Date.now(),
    });
    await tellPeople(c);
    return answerVersion(c, key);
  },
);

const ImportBody = v.strictObject({
  effective_at: Instant,
  noticed_at: v.optional(Instant),
  reason: Reason,
  class: VersionClass,
  changes: Changes,
});

policyVersionRoutes.post(
  `${BASE}/:policy/:version/import`,
  allow(MANAGE),
  describe({
    summary: "Bring a draft into the record as a past version, with its dates",
    description:
      "For what was in force before this record began: the newest first. `noticed_at` is `effective_at` unless told.",
    tag: "Policy",
    headers: { "If-Match": "The ETag of the draft" },
    body: { schema: ImportBody, media: ["application/json"] },
    answers: { 200: { description: "In the record", json: VersionDetail } },
  }),
  async (c) => {
    const key = keyOf(c);
    const body = await parseJson(c, ImportBody, { maxBytes: MAX_BYTES });
    const { importVersion } = await import("./schedule.ts");
    await importVersion(c.get("database"), {
      ...key,
      effectiveAt: body.effective_at,
      noticedAt: body.noticed_at ?? body.effective_at,
      reason: body.reason,
      class: body.class,
      changes: body.changes,
      ifMatch: c.req.header("if-match"),
      actor: actorOf(principalOf(c)),
      now: Date.now(),
    });
    return answerVersion(c, key);
  },
);

const CancelBody = v.strictObject({ reason: v.optional(v.nullable(Reason), null) });

policyVersionRoutes.post(
  `${BASE}/:policy/:version/cancel`,
  allow(MANAGE),
  describe({
    summary: "Call off a version that was announced",
    description: "Until a minute before it takes effect. It stays public, marked as cancelled.",
    tag: "Policy",
    body: { schema: CancelBody, media: ["application/json"] },
    answers: { 200: { description: "Cancelled", json: VersionDetail } },
  }),
  async (c) => {
    const key = keyOf(c);
    const { reason } = hasBody(c)
      ? await parseJson(c, CancelBody, { maxBytes: MAX_BYTES })
      : { reason: null };
    const { cancelScheduled } = await import("./cancel.ts");
    await cancelScheduled(c.get("database"), {
      ...key,
      reason,
      actor: actorOf(principalOf(c)),
      now: Date.now(),
    });
    await tellPeople(c);
    return answerVersion(c, key);
  },
);

const PRIVATE = { "cache-control": "private, no-store" };

/** What is to be told stands with the decision; this only has letters and webhooks leave at once. */
async function tellPeople(c: AppContext): Promise<void> {
  const { ringPostman } = await import("../../notify/outbox/ring-postman.ts");
  const { tellWebhooks } = await import("../../notify/webhooks/tell-webhooks.ts");
  c.executionCtx.waitUntil(Promise.all([ringPostman(c.env), tellWebhooks(c.env)]));
}

async function answerVersion(c: AppContext, key: DraftKey, status: 200 | 201 = 200): Promise<Response> {
  const { readState } = await import("./state.ts");
  const { versionDetail } = await import("./representation.ts");
  const state = await readState(c.get("database"), key, Date.now());
  const detail = versionDetail(state, addressesOf(c.get("settings"), state.org, state.policy));
  if (detail === null) throw notFound("version or draft");
  if (detail.status === "draft" && state.draft !== null) c.header("etag", state.draft.etag);
  return c.json(detail, status, PRIVATE);
}

function policyOf(c: AppContext): string {
  const policy = c.req.param("policy") ?? "";
  if (!isPolicyName(policy)) throw notFound("policy");
  return policy;
}

/** @throws Problem 422 for what cannot be the number of a version */
function keyOf(c: AppContext): DraftKey {
  const policy = policyOf(c);
  const version = parseVersionName(c.req.param("version") ?? "");
  if (version === null) {
    throw invalid([
      {
        parameter: "version",
        detail: "must be 1 to 64 of A-Z a-z 0-9 _ - and single dots, and no word that addresses use.",
      },
    ]);
  }
  return { org: principalOf(c).org, policy, version };
}

function isOwner(principal: Principal): boolean {
  return principal.kind === "member" && principal.role === "owner";
}

function ownerRequired(): Problem {
  return new Problem(
    403,
    "owner-required",
    "Only an owner",
    "A notice shorter than usual is given by an owner of the organisation who is signed in.",
  );
}

/** A body may be left out where every field may. */
function hasBody(c: Context): boolean {
  return c.req.header("content-type") !== undefined || Number(c.req.header("content-length") ?? "0") > 0;
}
