import { Hono } from "hono";
import * as v from "valibot";
import { actorOf } from "../../accounts/audit.ts";
import { type Access, allow, PUBLIC, principalOf } from "../../http/access.ts";
import { readableByAnyOrigin } from "../../http/any-origin.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { parseJson, parseQuery } from "../../http/parse.ts";
import { notFound } from "../../http/problem.ts";
import type { SiteKey } from "./queries.ts";

/** A site's configuration. Rules and schemas are imported when they are needed. */
export const siteRoutes = new Hono<AppEnv>();

const MANAGE: Access = { kind: "scope", scope: "manage", memberWrites: true };
const BASE = "/api/v1/sites/:site";
const SCHEMA = "/schemas/site.json";
const PRIVATE = { "cache-control": "private, no-store" };
const MAX_BYTES = 64 * 1024;
/** How long a browser may go on with what was published before. */
const EFFECTIVE_WITHIN_S = 60;

const NoQuery = v.strictObject({});
const Document = v.looseObject({ origins: v.array(v.string()), notice: v.looseObject({}) });
const VersionAnswer = v.object({
  version: v.number(),
  notice_hash: v.string(),
  policy_version: v.string(),
  published_at: v.string(),
  published_by: v.string(),
  restores: v.nullable(v.number()),
  warnings: v.number(),
  accepted: v.nullable(v.object({ languages: v.array(v.string()), name: v.string() })),
  log_index: v.nullable(v.number()),
});
const FindingList = v.array(
  v.object({
    severity: v.picklist(["error", "warning"]),
    rule: v.string(),
    pointer: v.string(),
    reason: v.string(),
    suggestion: v.string(),
  }),
);

siteRoutes.use(SCHEMA, readableByAnyOrigin);

siteRoutes.get(
  SCHEMA,
  allow(PUBLIC),
  describe({
    summary: "The JSON Schema of a site's configuration, for editors",
    tag: "Consent",
    answers: { 200: { description: "JSON Schema draft-07", media: "application/schema+json" } },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { siteSchema } = await import("./site-schema.ts");
    return c.body(JSON.stringify(siteSchema(c.get("settings").publicUrl + SCHEMA), null, 2), 200, {
      "content-type": "application/schema+json",
      "cache-control": "public, max-age=3600",
    });
  },
);

siteRoutes.get(
  BASE,
  allow(MANAGE),
  describe({
    summary: "A site's configuration as it is edited: the draft, or what is published",
    description: `Its schema is ${SCHEMA}. The ETag is for If-Match when it is saved.`,
    tag: "Consent",
    answers: { 200: { description: "The document, as PUT takes it", json: Document } },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { readSiteState } = await import("./site-state.ts");
    const { document, etag } = await readSiteState(c.get("database"), keyOf(c));
    return c.json(document, 200, { ...PRIVATE, etag });
  },
);

siteRoutes.put(
  BASE,
  allow(MANAGE),
  describe({
    summary: "Save the draft of a site's configuration",
    description:
      "Visitors see nothing of it before it is published. Replacing a draft needs the ETag that was read as " +
      "If-Match: 428 without, 412 when somebody saved since.",
    tag: "Consent",
    headers: { "If-Match": "The ETag of what is replaced" },
    body: { schema: Document, media: ["application/json"] },
    answers: {
      200: { description: "Replaced", json: Document },
      201: { description: "The first draft since the last publication", json: Document },
    },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { SiteDocument, MAX_DOCUMENT_BYTES } = await import("./site-document.ts");
    const { saveDraft } = await import("./save-draft.ts");
    const { created, draft } = await saveDraft(c.get("database"), {
      ...keyOf(c),
      document: await parseJson(c, SiteDocument, { maxBytes: MAX_DOCUMENT_BYTES }),
      ifMatch: c.req.header("if-match"),
      actor: actorOf(principalOf(c)),
      now: Date.now(),
    });
    return c.json(draft.document, created ? 201 : 200, { ...PRIVATE, etag: draft.etag });
  },
);

siteRoutes.get(
  `${BASE}/check`,
  allow(MANAGE),
  describe({
    summary: "What keeps the draft from being published, and what should be known before",
    tag: "Consent",
    answers: {
      200: {
        description: "Errors first",
        json: v.object({ findings: FindingList, errors: v.number(), warnings: v.number() }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { checkSite } = await import("./publish-site.ts");
    const { findingsAnswer } = await import("./representation.ts");
    return c.json(findingsAnswer(await checkSite(c.get("database"), keyOf(c))), 200, PRIVATE);
  },
);

const Name = v.pipe(
  v.string("must be a string."),
  v.trim(),
  v.minLength(1, "must not be empty."),
  v.maxLength(200, "must have at most 200 characters."),
);
const PublishBody = v.strictObject({
  version: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
  accept_unreviewed: v.optional(
    v.nullable(v.strictObject({ languages: v.pipe(v.array(v.string()), v.maxLength(100)), name: Name })),
    null,
  ),
});

siteRoutes.post(
  `${BASE}/publish`,
  allow(MANAGE),
  describe({
    summary: "Publish the draft, or an old version anew (roll-back)",
    description:
      "Errors of the checks refuse it, warnings are listed. Texts that nobody reviewed need " +
      "`accept_unreviewed`: the languages, and the name of who takes it on themselves; it is kept with the " +
      "version. The notice becomes a leaf of the log. Pages have it after 60 seconds at most.",
    tag: "Consent",
    headers: { "If-Match": "The ETag of the draft, to publish that one and no later" },
    body: { schema: PublishBody, media: ["application/json"] },
    answers: {
      200: {
        description: "In force",
        json: v.object({
          ...VersionAnswer.entries,
          effective_within_s: v.number(),
          findings: FindingList,
        }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { version, accept_unreviewed } = hasBody(c)
      ? await parseJson(c, PublishBody, { maxBytes: MAX_BYTES })
      : { version: null, accept_unreviewed: null };
    const key = keyOf(c);
    const { publishSite } = await import("./publish-site.ts");
    const { afterPublishing } = await import("./after-publishing.ts");
    const { versionAnswer } = await import("./representation.ts");
    const published = await publishSite(c.get("database"), {
      ...key,
      version,
      accepted: accept_unreviewed,
      ifMatch: c.req.header("if-match"),
      actor: actorOf(principalOf(c)),
      now: Date.now(),
    });
    const leafIndex = await afterPublishing(c, key, published.version);
    return c.json(
      {
        ...versionAnswer({ ...published.version, leafIndex }),
        effective_within_s: EFFECTIVE_WITHIN_S,
        findings: published.warnings,
      },
      200,
      PRIVATE,
    );
  },
);

siteRoutes.get(
  `${BASE}/versions`,
  allow(MANAGE),
  describe({
    summary: "Every published version of a site's configuration, and its draft",
    tag: "Consent",
    answers: {
      200: {
        description: "Newest first",
        json: v.object({
          draft: v.nullable(v.object({ updated_at: v.string(), updated_by: v.string(), etag: v.string() })),
          versions: v.array(VersionAnswer),
        }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { listVersions } = await import("./list-versions.ts");
    return c.json(await listVersions(c.get("database"), keyOf(c)), 200, PRIVATE);
  },
);

siteRoutes.get(
  `${BASE}/versions/:version`,
  allow(MANAGE),
  describe({
    summary: "One published version with its document",
    tag: "Consent",
    answers: {
      200: {
        description: "As it was published",
        json: v.object({ ...VersionAnswer.entries, document: Document }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { readDocument } = await import("./list-versions.ts");
    const { versionAnswer } = await import("./representation.ts");
    const n = Number(c.req.param("version"));
    if (!Number.isSafeInteger(n)) throw notFound("version");
    const found = await readDocument(c.get("database"), keyOf(c), n);
    if (found.version === null) throw notFound("version");
    return c.json({ ...versionAnswer(found.version), document: found.document }, 200, PRIVATE);
  },
);

const Side = v.pipe(
  v.string(),
  v.regex(/^(draft|[1-9]\d{0,8})$/, "must be the number of a version, or draft."),
  v.transform((side) => (side === "draft" ? side : Number(side))),
);
const DifferenceQuery = v.strictObject({ from: Side, to: v.optional(Side, "draft") });

siteRoutes.get(
  `${BASE}/difference`,
  allow(MANAGE),
  describe({
    summary: "What differs between two versions, or a version and the draft",
    tag: "Consent",
    query: DifferenceQuery,
    answers: {
      200: {
        description: "By place; what belongs to a service or category stands under its id",
        json: v.object({
          from: v.union([v.number(), v.string()]),
          to: v.union([v.number(), v.string()]),
          changes: v.array(
            v.object({ pointer: v.string(), from: v.optional(v.unknown()), to: v.optional(v.unknown()) }),
          ),
        }),
      },
    },
  }),
  async (c) => {
    const { from, to } = parseQuery(c, DifferenceQuery);
    const { readDocument } = await import("./list-versions.ts");
    const { differenceOf } = await import("./difference.ts");
    const [before, after] = [
      await readDocument(c.get("database"), keyOf(c), from),
      await readDocument(c.get("database"), keyOf(c), to),
    ];
    return c.json({ from, to, changes: differenceOf(before.document, after.document) }, 200, PRIVATE);
  },
);

function keyOf(c: AppContext): SiteKey {
  return { org: principalOf(c).org, site: c.req.param("site") ?? "" };
}

function hasBody(c: AppContext): boolean {
  return c.req.raw.body !== null && c.req.header("content-length") !== "0";
}
