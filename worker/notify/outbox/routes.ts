import { Hono } from "hono";
import * as v from "valibot";
import { actorOf } from "../../accounts/audit.ts";
import { type Access, allow, principalOf } from "../../http/access.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { Identifier, Limit, plainText } from "../../http/fields.ts";
import { parseJson, parseQuery } from "../../http/parse.ts";
import { invalid, notFound } from "../../http/problem.ts";
import { NOTICE_KINDS } from "./occasion.ts";
import { OUTBOX_STATES } from "./states.ts";

/** The outbox for those who run it: what was sent, what did not arrive, whom nobody writes to any more. */
export const outboxRoutes = new Hono<AppEnv>();

const MANAGE: Access = { kind: "scope", scope: "manage", memberWrites: true };
const NoQuery = v.strictObject({});
const Text = v.nullable(v.string());

const Line = v.object({
  id: v.string(),
  occasion: v.string(),
  person: v.string(),
  address: Text,
  language: v.string(),
  state: v.picklist(OUTBOX_STATES),
  attempts: v.number(),
  unsure: v.number(),
  answer: Text,
  created_at: v.string(),
  next_at: Text,
  done_at: Text,
});

const OutboxQuery = v.strictObject({
  state: v.optional(v.picklist(OUTBOX_STATES, `must be ${OUTBOX_STATES.join(", ")}.`)),
  occasion: v.optional(v.pipe(v.string(), v.maxLength(200, "must have at most 200 characters."))),
  cursor: v.optional(Identifier),
  limit: Limit(500, 100),
});

outboxRoutes.get(
  "/api/v1/outbox",
  allow(MANAGE),
  describe({
    summary: "Mail that left, waits or did not arrive, the newest first",
    description:
      "`dead` was given up, `refused` and `bounced` were not taken; `answer` is the receiving server's last word. `unsure` counts attempts of which SMTP cannot tell whether they arrived. Addresses are kept for 30 days after the end. `counts` stop at 10,000 a state.",
    tag: "Mail",
    query: OutboxQuery,
    answers: {
      200: {
        description: "A page",
        json: v.object({
          mails: v.array(Line),
          counts: v.record(v.string(), v.number()),
          next_cursor: Text,
        }),
      },
    },
  }),
  async (c) => {
    const { state = null, occasion = null, cursor = null, limit } = parseQuery(c, OutboxQuery);
    const { readOutbox } = await import("./read-outbox.ts");
    const page = await readOutbox(c.get("database"), principalOf(c).org, { state, occasion, cursor, limit });
    return c.json(page, 200, PRIVATE);
  },
);

outboxRoutes.post(
  "/api/v1/outbox/:mail/retry",
  allow(MANAGE),
  describe({
    summary: "Give a letter that did not arrive another chance",
    description:
      "For dead, refused, bounced and suppressed ones; an address that is suppressed has to be lifted first, or the letter is suppressed again.",
    tag: "Mail",
    answers: { 200: { description: "Back in the queue", json: Line } },
  }),
  async (c) => {
    const { retryMail } = await import("./retry.ts");
    const principal = principalOf(c);
    const line = await retryMail(c.get("database"), {
      org: principal.org,
      id: c.req.param("mail"),
      actor: actorOf(principal),
      now: Date.now(),
    });
    const { ringPostman } = await import("./ring-postman.ts");
    c.executionCtx.waitUntil(ringPostman(c.env));
    return c.json(line, 200, PRIVATE);
  },
);

const Sentence = (max: number) =>
  v.pipe(
    v.string("must be a string."),
    v.trim(),
    v.minLength(1, "must not be empty."),
    v.maxLength(max, `must have at most ${max} characters.`),
    plainText,
  );
const Words = v.strictObject({
  subject: Sentence(200),
  paragraphs: v.pipe(
    v.array(Sentence(4000), "must be a list."),
    v.minLength(1, "must not be empty."),
    v.maxLength(50, "must have at most 50."),
  ),
  link: v.optional(
    v.strictObject({
      label: Sentence(200),
      path: v.pipe(Sentence(1000), v.regex(/^\/(?![/\\])\S*$/, "must be a path of ours, as /privacy.")),
    }),
  ),
});
const NoticeBody = v.strictObject({
  id: v.pipe(Identifier, v.maxLength(64, "must have at most 64 characters.")),
  kind: v.picklist(NOTICE_KINDS, `must be ${NOTICE_KINDS.join(", ")}.`),
  words: v.pipe(
    v.record(
      v.pipe(v.string(), v.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "is not a language tag.")),
      Words,
    ),
    v.check((words) => Object.hasOwn(words, "en"), "must have en, for those whose language is not there."),
  ),
});

outboxRoutes.post(
  "/api/v1/notices",
  allow(MANAGE),
  describe({
    summary: "Tell members and subscribers of a change of ownership, a breach, a provider added or removed",
    description:
      "By mail, with your words by language. The id is told once: asked again with the same words it answers 200, with others 409. How far it is: GET /api/v1/outbox?occasion=notice/{id}.",
    tag: "Mail",
    body: { schema: NoticeBody, media: ["application/json"] },
    answers: {
      200: { description: "Told before", json: v.object({ occasion: v.string() }) },
      201: { description: "Being told", json: v.object({ occasion: v.string() }) },
    },
  }),
  async (c) => {
    const notice = await parseJson(c, NoticeBody, { maxBytes: 1024 * 1024 });
    const principal = principalOf(c);
    const { tellNotice } = await import("./announce-notice.ts");
    const words = Object.fromEntries(
      Object.entries(notice.words).map(([language, { subject, paragraphs, link }]) => [
        language,
        link === undefined ? { subject, paragraphs } : { subject, paragraphs, link },
      ]),
    );
    const { occasion, added } = await tellNotice(c.get("database"), {
      ...notice,
      words,
      org: principal.org,
      actor: actorOf(principal),
      now: Date.now(),
    });
    const { ringPostman } = await import("./ring-postman.ts");
    c.executionCtx.waitUntil(ringPostman(c.env));
    return c.json({ occasion }, added ? 201 : 200, PRIVATE);
  },
);

outboxRoutes.get(
  "/api/v1/suppressions",
  allow(MANAGE),
  describe({
    summary: "Addresses that refused for good: nothing is sent to them",
    tag: "Mail",
    answers: {
      200: {
        description: "By address; the first 1,000",
        json: v.object({
          suppressions: v.array(v.object({ address: v.string(), since: v.string(), answer: v.string() })),
        }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { readSuppressions } = await import("./suppressions.ts");
    return c.json(
      { suppressions: await readSuppressions(c.get("database"), principalOf(c).org) },
      200,
      PRIVATE,
    );
  },
);

outboxRoutes.delete(
  "/api/v1/suppressions/:address",
  allow(MANAGE),
  describe({
    summary: "Write to an address again",
    tag: "Mail",
    answers: { 204: { description: "Lifted" } },
  }),
  async (c) => {
    const { parseAddress } = await import("./address.ts");
    const parsed = parseAddress(c.req.param("address"));
    if (parsed === null) throw invalid([{ parameter: "address", detail: "must be an e-mail address." }]);
    const { liftSuppression } = await import("./suppressions.ts");
    const principal = principalOf(c);
    const lifted = await liftSuppression(c.get("database"), {
      org: principal.org,
      address: parsed.address,
      actor: actorOf(principal),
      now: Date.now(),
    });
    if (!lifted) throw notFound("suppressed address");
    return c.body(null, 204);
  },
);

const PRIVATE = { "cache-control": "private, no-store" };
