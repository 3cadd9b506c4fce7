import { Hono } from "hono";
import * as v from "valibot";
import { allow, principalOf } from "../../http/access.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { Limit } from "../../http/fields.ts";
import { parseQuery } from "../../http/parse.ts";
import { invalid, notFound } from "../../http/problem.ts";
import { isPolicyName, parseVersionName } from "../../policy/version.ts";

/** The proof of a notice: who was told of a version, by which channel, and what is still to come. */
export const noticeRoutes = new Hono<AppEnv>();

const LINE_STATES = [
  ...["queued", "accepted", "bounced", "refused", "dead", "suppressed", "withdrawn"],
  ...["served", "read", "delivered"],
] as const;

const Query = v.strictObject({
  state: v.optional(v.picklist(LINE_STATES, `must be one of ${LINE_STATES.join(", ")}.`)),
  cursor: v.optional(v.string()),
  limit: Limit(1000, 100),
});
const Count = v.number();
const Since = v.object({ since: v.string(), urls: v.array(v.string()) });

noticeRoutes.get(
  "/api/v1/policies/:policy/:version/notices",
  allow({ kind: "scope", scope: "manage" }),
  describe({
    summary: "Who was told of a version, by which channel, when, what bounced, and what is still to come",
    description:
      "`told` is newest first: `usr_…` members, `sub_…` subscribers, `whk_…` webhooks. `addressed` is true once every " +
      "recipient is in the outbox.",
    tag: "Policy",
    query: Query,
    answers: {
      200: {
        description: "As it stands",
        json: v.object({
          policy: v.string(),
          version: v.string(),
          status: v.string(),
          noticed_at: v.string(),
          effective_at: v.string(),
          channels: v.object({
            page: Since,
            feed: Since,
            banner: v.object({ since: v.string(), until: v.string(), sites: v.array(v.string()) }),
            dashboard: v.object({
              since: v.string(),
              until: v.string(),
              members: Count,
              served: Count,
              acknowledged: Count,
            }),
            mail: v.object({
              queued: Count,
              accepted: Count,
              bounced: Count,
              refused: Count,
              dead: Count,
              suppressed: Count,
              withdrawn: Count,
              addressed: v.boolean(),
            }),
            webhook: v.object({ queued: Count, delivered: Count, dead: Count }),
          }),
          still_to_come: v.object({
            mail: Count,
            webhook: Count,
            dashboard: Count,
            takes_effect_at: v.nullable(v.string()),
          }),
          told: v.array(
            v.object({
              channel: v.picklist(["mail", "dashboard", "webhook"]),
              recipient: v.string(),
              state: v.string(),
              at: v.string(),
              attempts: Count,
              answer: v.nullable(v.string()),
            }),
          ),
          next_cursor: v.nullable(v.string()),
        }),
      },
    },
  }),
  async (c) => {
    const { state, cursor, limit } = parseQuery(c, Query);
    const { decodeCursor, readNotices } = await import("./notices.ts");
    const after = cursor === undefined ? null : decodeCursor(cursor);
    if (cursor !== undefined && after === null) {
      throw invalid([{ parameter: "cursor", detail: "must be the next_cursor of an answer." }]);
    }
    const { policy, version } = c.req.param();
    if (!isPolicyName(policy) || parseVersionName(version) === null) throw notFound("version of the policy");
    const notices = await readNotices(
      c.get("database"),
      c.get("settings"),
      { org: principalOf(c).org, policy, version },
      { state: state ?? null, cursor: after, limit },
      Date.now(),
    );
    return c.json(notices, 200, { "cache-control": "private, no-store" });
  },
);
