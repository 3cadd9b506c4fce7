import { Hono } from "hono";
import * as v from "valibot";
import { unauthenticated } from "../../accounts/identify.ts";
import { type Access, allow, principalOf } from "../../http/access.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { Identifier } from "../../http/fields.ts";
import { parseJson } from "../../http/parse.ts";
import { notFound } from "../../http/problem.ts";
import { isPolicyName, parseVersionName } from "../../policy/version.ts";

/** What a signed-in member is told of coming policy versions, and “I have read this”. */
export const acknowledgementRoutes = new Hono<AppEnv>();

const MEMBER: Access = { kind: "member", scope: "metrics:read" };
const Text = v.nullable(v.string());

acknowledgementRoutes.get(
  "/api/v1/policy/coming",
  allow(MEMBER),
  describe({
    summary: "Announced versions of the policies that concern a member, soonest first",
    tag: "Policy",
    answers: {
      200: {
        description: "With when this member had it before them, and said that they read it",
        json: v.object({
          notices: v.array(
            v.object({
              publisher: v.string(),
              owner: v.string(),
              policy: v.string(),
              version: v.string(),
              title: v.string(),
              effective_at: v.string(),
              time_zone: v.string(),
              reason: v.string(),
              class: v.string(),
              url: v.string(),
              served_at: Text,
              acknowledged_at: Text,
            }),
          ),
        }),
      },
    },
  }),
  async (c) => {
    const { comingNotices } = await import("./coming-notices.ts");
    const notices = await comingNotices(c.get("database"), c.get("settings"), memberOf(c), Date.now());
    return c.json({ notices }, 200, { "cache-control": "private, no-store" });
  },
);

const Body = v.strictObject({
  publisher: Identifier,
  policy: v.string("must be a string."),
  version: v.string("must be a string."),
  action: v.optional(v.picklist(["read", "served"], "must be read or served."), "read"),
});

acknowledgementRoutes.post(
  "/api/v1/policy/acknowledgements",
  allow(MEMBER),
  describe({
    summary: "“I have read this”, or that it was put before the member: a ledger record, once",
    description: "It is no consent, and nothing depends on it. Again it answers the first record with 200.",
    tag: "Policy",
    body: { schema: Body, media: ["application/json"] },
    answers: {
      201: {
        description: "Recorded: record and salt give the leaf's commitment again",
        json: v.object({ index: v.number(), record: v.unknown(), salt: Text, receipt: v.string() }),
      },
    },
  }),
  async (c) => {
    const { publisher, policy, version: name, action } = await parseJson(c, Body, { maxBytes: 4096 });
    const { acknowledge, publishersFor } = await import("./acknowledge.ts");
    const member = memberOf(c);
    const version = parseVersionName(name);
    const concerns = publishersFor(c.get("settings"), member.org).includes(publisher);
    if (version === null || !concerns || !isPolicyName(policy)) throw notFound("version of the policy");
    const { receipt, repeated } = await acknowledge(c.env, c.get("database"), {
      publisher,
      policy,
      version,
      person: member.userId,
      action,
      now: Date.now(),
    });
    return c.json(receipt, repeated ? 200 : 201, { "cache-control": "private, no-store" });
  },
);

function memberOf(c: AppContext): { org: string; userId: string } {
  const principal = principalOf(c);
  if (principal.kind !== "member") throw unauthenticated();
  return principal;
}
