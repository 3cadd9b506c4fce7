import { Hono } from "hono";
import * as v from "valibot";
import { sessionTokenOf, unauthenticated } from "../accounts/identify.ts";
import { allow, principalOf } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { Identifier } from "../http/fields.ts";
import { parseQuery } from "../http/parse.ts";
import { Problem } from "../http/problem.ts";
import { openSocket } from "./room.ts";

export const liveRoutes = new Hono<AppEnv>();

const LiveQuery = v.strictObject({
  org: v.optional(Identifier),
  since: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, "must be a seq, a whole number."))),
});

liveRoutes.get(
  "/api/v1/live",
  allow({ kind: "member", scope: "metrics:read" }),
  describe({
    summary: "Today's board over a WebSocket: a snapshot, then what changes, and a beat every 5 s",
    tag: "Live",
    query: LiveQuery,
    answers: { 101: { description: "The socket is open" } },
  }),
  async (c) => {
    const { since } = parseQuery(c, LiveQuery);
    requireOwnOrigin(c);
    requireUpgrade(c);
    const { org } = principalOf(c);
    const session = await sessionTokenOf(c);
    if (session === null) throw unauthenticated();
    return openSocket(c.env, org, session, since);
  },
);

/** A cookie rides along on a foreign page's socket too, and no preflight asks first. */
function requireOwnOrigin(c: AppContext): void {
  const origin = c.req.header("origin");
  if (origin === undefined || origin === new URL(c.req.url).origin) return;
  throw new Problem(403, "foreign-origin", "Foreign origin", "This request did not come from our own pages.");
}

function requireUpgrade(c: AppContext): void {
  if (c.req.header("upgrade")?.toLowerCase() === "websocket") return;
  throw new Problem(426, "upgrade-required", "Upgrade required", "This address speaks WebSocket.", {
    headers: { upgrade: "websocket" },
  });
}
