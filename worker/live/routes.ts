import { Hono } from "hono";
import * as v from "valibot";
import { sessionTokenOf, unauthenticated } from "../accounts/identify.ts";
import { allow, principalOf } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { Identifier } from "../http/fields.ts";
import { parseJson, parseQuery } from "../http/parse.ts";
import { Problem } from "../http/problem.ts";
import { limitRate } from "../http/rate-limit.ts";
import { admitStates } from "./admit-states.ts";
import { openSocket, setStates } from "./room.ts";
import { StateEvent } from "./state-event.ts";

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
    description:
      "Beside its rows a snapshot has states: what each caller is doing. A delta has states where some " +
      "changed, each whole; who left the board is offline. A socket whose session has ended is closed with 1008.",
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

const MAX_STATES = 1000;
const MAX_BYTES = 1024 * 1024;
const Count = v.pipe(v.number(), v.integer());

const StatesEnvelope = v.strictObject(
  { states: v.array(v.unknown(), "must be an array.") },
  "must be an object.",
);

liveRoutes.post(
  "/api/v1/states",
  allow({ kind: "scope", scope: "calls:write" }),
  describe({
    summary: "Say what callers are doing now: available, on a call, wrap-up, paused, offline",
    description:
      "The newest since of a caller counts; an older one is stale, and of two with the same the one that " +
      "comes later counts. The same again is a duplicate, and renews it: without another word on_call is " +
      "believed for 4 hours, wrap_up for 1, the others for 12. A call in progress ends with its event in " +
      "/api/v1/calls: its caller is then in wrap_up. offline takes a caller off the board. since may be " +
      "7 days ago and 5 minutes ahead; reason is of paused alone, call of on_call alone. A bad state is one " +
      "rejected row and the rest is stored.",
    tag: "Live",
    body: {
      schema: v.strictObject({ states: v.pipe(v.array(StateEvent), v.maxLength(MAX_STATES)) }),
      media: ["application/json"],
    },
    answers: {
      200: {
        description: "What became of the states",
        json: v.object({
          accepted: Count,
          duplicate: Count,
          stale: Count,
          rejected: v.array(
            v.object({
              index: Count,
              caller_id: v.nullable(v.string()),
              type: v.string(),
              detail: v.string(),
              errors: v.array(v.object({ pointer: v.string(), detail: v.string() })),
            }),
          ),
        }),
      },
    },
  }),
  limitRate({ perSecond: 200, burst: 1000 }, (c) => principalOf(c).org),
  async (c) => {
    const { states: sent } = await parseJson(c, StatesEnvelope, { maxBytes: MAX_BYTES });
    if (sent.length > MAX_STATES) throw tooMany();
    const { states, rejected } = admitStates(sent, Date.now());
    const { accepted, duplicate, stale } = await setStates(c.env, principalOf(c).org, states);
    return c.json({ accepted, duplicate, stale, rejected });
  },
);

function tooMany(): Problem {
  return new Problem(
    413,
    "too-many-states",
    "Too many states",
    `A request may carry at most ${MAX_STATES} states.`,
  );
}

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
