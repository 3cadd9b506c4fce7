import { sha256 } from "@noble/hashes/sha2.js";
import { Hono } from "hono";
import * as v from "valibot";
import { actorOf } from "../../accounts/audit.ts";
import { allow, PUBLIC, principalOf } from "../../http/access.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { Instant } from "../../http/fields.ts";
import { parseJson, parseQuery } from "../../http/parse.ts";
import { notFound } from "../../http/problem.ts";
import { addressOf, limitRate } from "../../http/rate-limit.ts";
import { utf8 } from "../../ledger/bytes.ts";
import { secretOf, wrongSecret } from "../log/consent-history.ts";
import { readSite, siteOfOrg } from "../queries.ts";
import { readableByKnownOrigin, siteForAnyOrigin } from "../site-origin.ts";

/** Erasure: by the visitor, by the organisation for one visitor, and for all that is old. */
export const erasureRoutes = new Hono<AppEnv>();

const NoQuery = v.strictObject({});
const OlderThan = v.strictObject({ older_than: Instant });
/** A person asks once; a script that tries secrets is slowed down. */
const SELDOM = { burst: 30, perSecond: 1 };

erasureRoutes.delete(
  "/api/v1/consent/:site/:consent_id",
  allow(PUBLIC),
  describe({
    summary: "Erase what is kept of a visitor, by the visitor",
    description:
      "Records and salts are gone with the answer; the log keeps its leaves, which say nothing without them, and receipts stay valid. Asking again is 204 too.",
    tag: "Consent",
    headers: { Authorization: "Consent SECRET" },
    answers: { 204: { description: "Erased" } },
  }),
  readableByKnownOrigin,
  limitRate(SELDOM, addressOf),
  async (c) => {
    const site = await siteForAnyOrigin(c);
    parseQuery(c, NoQuery);
    const secret = secretOf(c.req.header("authorization"));
    if (site === null) throw wrongSecret();
    const { eraseConsent } = await import("./erase.ts");
    const outcome = await eraseConsent(c.get("database"), site, c.req.param("consent_id"), {
      actor: "visitor",
      secretSha256: sha256(utf8(secret)),
    });
    if (outcome === "unknown") throw wrongSecret();
    return c.body(null, 204);
  },
);

erasureRoutes.delete(
  "/api/v1/sites/:site/consents/:consent_id",
  allow({ kind: "scope", scope: "manage", memberWrites: true }),
  describe({
    summary: "Erase what is kept of one visitor",
    description: "As the visitor could themselves. In the audit log the visitor is a hash.",
    tag: "Consent",
    query: NoQuery,
    answers: { 204: { description: "Erased" } },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const principal = principalOf(c);
    const database = c.get("database");
    const [found] = await database.read([siteOfOrg(c.req.param("site"), principal.org)]);
    const site = readSite(found);
    if (site === null) throw notFound("site");
    const actor = actorOf(principal);
    const { eraseConsent } = await import("./erase.ts");
    const outcome = await eraseConsent(database, site, c.req.param("consent_id"), { actor });
    if (outcome === "unknown") throw notFound("consent");
    return c.body(null, 204);
  },
);

erasureRoutes.post(
  "/api/v1/sites/:site/consent-erasures",
  allow({ kind: "scope", scope: "manage", memberWrites: true }),
  describe({
    summary: "Erase every visitor of whom nothing was recorded since a time",
    description:
      "At most 5,000 visitors a call: call again until done is true. A call that broke off is gone on with by itself, or by the same call.",
    tag: "Consent",
    query: NoQuery,
    body: { schema: OlderThan, media: ["application/json"] },
    answers: {
      200: { description: "How far it came", json: v.object({ erased: v.number(), done: v.boolean() }) },
    },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const principal = principalOf(c);
    const { older_than } = await parseJson(c, OlderThan, { maxBytes: 1024 });
    const database = c.get("database");
    const site = c.req.param("site");
    const [found] = await database.read([siteOfOrg(site, principal.org)]);
    if (readSite(found) === null) throw notFound("site");
    const filter = { org: principal.org, site, before: older_than };
    const { eraseOldConsents } = await import("./erase.ts");
    return c.json(await eraseOldConsents(database, filter, actorOf(principal)));
  },
);
