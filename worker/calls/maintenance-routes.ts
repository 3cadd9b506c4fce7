import { Hono } from "hono";
import * as v from "valibot";
import type { Principal } from "../accounts/principal.ts";
import { allow, principalOf, tenantOf } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { Identifier, Limit } from "../http/fields.ts";
import { parseJson, parseQuery } from "../http/parse.ts";
import { notFound } from "../http/problem.ts";
import { maintain } from "../live/room.ts";
import { zoneNamed } from "../metrics/zone.ts";
import { Email } from "../notify/subscriptions/subscription.ts";
import { MOST_MONTHS } from "./retention-horizon.ts";

/** Retention, erasure, an organisation's zone, alarms, and the reset of a call: all of it management. */
export const maintenanceRoutes = new Hono<AppEnv>();

const mayManage = allow({ kind: "scope", scope: "manage", memberWrites: true });

const Count = v.pipe(v.number(), v.integer());
const Progress = v.object({
  id: v.string(),
  state: v.picklist(["open", "done"]),
  processed: Count,
  total: Count,
  created_at: v.string(),
  finished_at: v.nullable(v.string()),
});
const MAX_BYTES = 4096;

const ErasureOrder = v.variant("kind", [
  v.strictObject({ kind: v.literal("customer"), ref: Identifier }),
  v.strictObject({
    kind: v.literal("caller"),
    ref: Identifier,
    mode: v.picklist(["anonymise", "remove"], "must be anonymise or remove."),
  }),
  v.strictObject({ kind: v.literal("address"), email: Email }),
]);
const ErasureAnswer = v.object({
  ...Progress.entries,
  kind: v.picklist(["customer", "caller", "address"]),
  mode: v.nullable(v.picklist(["anonymise", "remove"])),
});

maintenanceRoutes.post(
  "/api/v1/rights/erasures",
  mayManage,
  describe({
    summary: "Erase a customer, a caller, or an e-mail address",
    description:
      "A customer's reference and keywords leave the calls, and no number changes. A caller's calls go on " +
      "under an anonymous id, or are removed with all that they count. What is stored goes in steps; from " +
      "this answer on no late event brings the person back. Calls that start later are not touched. An address " +
      "leaves every list with the records of it and every letter; an account with it stays.",
    tag: "Calls",
    body: { schema: ErasureOrder, media: ["application/json"] },
    answers: { 202: { description: "Begun", json: ErasureAnswer } },
  }),
  async (c) => {
    const erasure = await parseJson(c, ErasureOrder, { maxBytes: MAX_BYTES });
    const principal = principalOf(c);
    if (erasure.kind === "address") return eraseAddressOf(c, erasure.email);
    const order = { kind: "erase", erasure, actor: actorOf(principal) } as const;
    const job = await maintain(c.env, principal.org, order);
    c.header("location", `/api/v1/rights/erasures/${job}`);
    return answer(c, await erasureOf(c, job ?? ""), 202);
  },
);

maintenanceRoutes.get(
  "/api/v1/rights/erasures/:id",
  mayManage,
  describe({
    summary: "How far an erasure is",
    tag: "Calls",
    answers: { 200: { description: "Its state; whom it was about is not told", json: ErasureAnswer } },
  }),
  async (c) => answer(c, await erasureOf(c, c.req.param("id"))),
);

async function eraseAddressOf(c: AppContext, address: string): Promise<Response> {
  const { eraseAddress, finishAddressErasures } = await import("../notify/rights/erase-address.ts");
  const principal = principalOf(c);
  const key = { org: principal.org, address };
  const id = await eraseAddress(c.get("database"), c.get("settings"), key, actorOf(principal), Date.now());
  c.executionCtx.waitUntil(finishAddressErasures(c.env));
  c.header("location", `/api/v1/rights/erasures/${id}`);
  return answer(c, await erasureOf(c, id), 202);
}

const RetentionAnswer = v.object({
  call_months: Count,
  caller_months: Count,
  calls_since: v.nullable(v.string()),
  callers_since: v.nullable(v.string()),
  late_refused: Count,
  last_run: v.nullable(Progress),
});

maintenanceRoutes.get(
  "/api/v1/retention",
  mayManage,
  describe({
    summary: "For how long calls, and numbers of single callers, are kept",
    description:
      "`calls_since` and `callers_since` say from when on they are all there, null where nothing was " +
      "dropped yet. `late_refused` counts events of calls that were no longer kept.",
    tag: "Calls",
    answers: { 200: { description: "The limits, and what they did", json: RetentionAnswer } },
  }),
  (c) => answerRetention(c),
);

function Months(most: number) {
  const message = `must be a whole number from 1 to ${most}.`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(1, message), v.maxValue(most, message));
}

const LimitsOrder = v.strictObject({
  call_months: v.optional(Months(MOST_MONTHS)),
  caller_months: v.optional(Months(36)),
});

maintenanceRoutes.patch(
  "/api/v1/retention",
  mayManage,
  describe({
    summary: "Keep calls, or numbers of single callers, for more or fewer months",
    description: "The next night drops what is past the limits. A longer limit brings nothing back.",
    tag: "Calls",
    body: { schema: LimitsOrder, media: ["application/json"] },
    answers: { 200: { description: "The limits from now on", json: RetentionAnswer } },
  }),
  async (c) => {
    const body = await parseJson(c, LimitsOrder, { maxBytes: MAX_BYTES });
    const principal = principalOf(c);
    const limits = { callMonths: body.call_months, callerMonths: body.caller_months };
    await maintain(c.env, principal.org, { kind: "limit", limits, actor: actorOf(principal) });
    return answerRetention(c);
  },
);

async function answerRetention(c: AppContext): Promise<Response> {
  const { retention } = await answers();
  return answer(c, await retention(tenantOf(c), principalOf(c).org));
}

const OrganisationAnswer = v.object({
  id: v.string(),
  time_zone: v.string(),
  days_since: v.nullable(v.string()),
  rebuild: v.nullable(Progress),
});

maintenanceRoutes.get(
  "/api/v1/orgs/:org",
  mayManage,
  describe({
    summary: "The organisation's time zone, and how far its days are cut in it",
    description:
      "While days are cut anew every answer is right; what is not cut yet is counted from slots and calls. " +
      "`days_since` says from when on they are cut, null for all of them.",
    tag: "Accounts",
    answers: { 200: { description: "The organisation", json: OrganisationAnswer } },
  }),
  (c) => answerOrganisation(c, 200),
);

const OrganisationOrder = v.strictObject({
  time_zone: v.pipe(
    v.string("must be a string."),
    v.check((name) => zoneNamed(name) !== null, "must be an IANA time zone, as Asia/Kolkata."),
  ),
});

maintenanceRoutes.patch(
  "/api/v1/orgs/:org",
  mayManage,
  describe({
    summary: "Change the organisation's time zone",
    description: "From this answer on days are the new zone's; they are cut anew in steps, newest first.",
    tag: "Accounts",
    body: { schema: OrganisationOrder, media: ["application/json"] },
    answers: {
      200: { description: "It was this zone already", json: OrganisationAnswer },
      202: { description: "Begun", json: OrganisationAnswer },
    },
  }),
  async (c) => {
    const { time_zone: zone } = await parseJson(c, OrganisationOrder, { maxBytes: MAX_BYTES });
    const principal = ownOrganisation(c);
    const job = await maintain(c.env, principal.org, {
      kind: "change-zone",
      zone,
      actor: actorOf(principal),
    });
    return answerOrganisation(c, job === null ? 200 : 202);
  },
);

function ownOrganisation(c: AppContext): Principal {
  const principal = principalOf(c);
  if (c.req.param("org") !== principal.org) throw notFound("organisation");
  return principal;
}

async function answerOrganisation(c: AppContext, status: 200 | 202): Promise<Response> {
  const { org } = ownOrganisation(c);
  const { organisation } = await answers();
  return answer(c, await organisation(tenantOf(c), org, Date.now()), status);
}

const AlarmsQuery = v.strictObject({ limit: Limit(1000, 100) });
const AlarmsAnswer = v.object({
  alarms: v.array(
    v.object({
      id: v.string(),
      at: v.string(),
      kind: v.string(),
      detail: v.record(v.string(), v.unknown()),
    }),
  ),
});

maintenanceRoutes.get(
  "/api/v1/alarms",
  mayManage,
  describe({
    summary: "What the nightly self-check found, newest first",
    tag: "Calls",
    query: AlarmsQuery,
    answers: { 200: { description: "Alarms", json: AlarmsAnswer } },
  }),
  async (c) => {
    const { limit } = parseQuery(c, AlarmsQuery);
    const { alarms } = await answers();
    return answer(c, await alarms(tenantOf(c), principalOf(c).org, limit));
  },
);

maintenanceRoutes.post(
  "/api/v1/calls/:call_id/reset",
  mayManage,
  describe({
    summary: "Forget the revision of a call",
    description: "The call counts on as it is; the next event of it is the truth, whatever its revision.",
    tag: "Calls",
    answers: {
      200: { description: "Done", json: v.object({ call_id: v.string(), revision: v.literal(0) }) },
    },
  }),
  async (c) => {
    const callId = v.safeParse(Identifier, c.req.param("call_id"));
    if (!callId.success) throw notFound("call");
    const principal = principalOf(c);
    const order = { kind: "reset", callId: callId.output, actor: actorOf(principal) } as const;
    if ((await maintain(c.env, principal.org, order)) === null) throw notFound("call");
    return answer(c, { call_id: callId.output, revision: 0 });
  },
);

/** Rarely asked for, so loaded then. */
const answers = () => import("./maintenance-answers.ts");

/** @throws Problem 404 */
async function erasureOf(c: AppContext, id: string): Promise<object> {
  const { org } = principalOf(c);
  const found = id.startsWith("era_")
    ? await (await import("../notify/rights/erase-address.ts")).addressErasure(c.get("database"), org, id)
    : await (await answers()).erasure(tenantOf(c), org, id);
  if (found === null) throw notFound("erasure");
  return found;
}

function actorOf(principal: Principal): string {
  return principal.kind === "key" ? `key:${principal.keyId}` : `member:${principal.userId}`;
}

function answer(c: AppContext, body: object, status: 200 | 202 = 200): Response {
  c.header("cache-control", "private, no-store");
  return c.json(body, status);
}
