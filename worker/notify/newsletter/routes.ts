import { Hono } from "hono";
import * as v from "valibot";
import { actorOf } from "../../accounts/audit.ts";
import { type Access, allow, principalOf } from "../../http/access.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { Identifier, plainText } from "../../http/fields.ts";
import { parseJson } from "../../http/parse.ts";
import { invalid } from "../../http/problem.ts";
import { Email, LanguageTag } from "../subscriptions/subscription.ts";
import { type IssueTexts, occasionOfIssue } from "./issue.ts";

/** The newsletter: marketing, to a list of its own. */
export const newsletterRoutes = new Hono<AppEnv>();

const MANAGE: Access = { kind: "scope", scope: "manage", memberWrites: true };
const MAX_BYTES = 1024 * 1024;
const PRIVATE = { "cache-control": "private, no-store" };

const Text = {
  subject: v.pipe(
    v.string("must be a string."),
    v.trim(),
    v.minLength(1, "must not be empty."),
    v.maxLength(200, "must have at most 200 characters."),
    plainText,
  ),
  markdown: v.pipe(
    v.string("must be a string."),
    v.check((text) => text.trim() !== "" && text.isWellFormed() && !text.includes("\0"), "must be text."),
    v.maxLength(100_000, "must have at most 100,000 characters."),
  ),
};
const Texts = {
  ...Text,
  language: v.optional(LanguageTag, "en"),
  translations: v.optional(v.record(LanguageTag, v.strictObject(Text)), {}),
};
const Issue = v.strictObject({
  id: v.pipe(Identifier, v.maxLength(64, "must have at most 64 characters.")),
  ...Texts,
  dry_run: v.optional(v.boolean("must be true or false."), false),
});
const Test = v.strictObject({ ...Texts, to: v.optional(Email) });

const Count = v.number();
const Sent = v.object({
  id: v.string(),
  occasion: v.string(),
  readers: Count,
  suppressed: Count,
  dry_run: v.boolean(),
});

newsletterRoutes.post(
  "/api/v1/newsletter/issues",
  allow(MANAGE),
  describe({
    summary: "Send an issue of the newsletter",
    description:
      "Markdown, to the confirmed readers of the newsletter and nobody else, each address once; whoever leaves before their letter goes gets none. `readers` are those to whom it is new, `suppressed` those of them whose addresses refused for good. " +
      "`dry_run` counts and sends nothing. The id is sent once: again with the same words it is 200, with others 409.",
    tag: "Mail",
    body: { schema: Issue, media: ["application/json"] },
    answers: {
      200: { description: "Sent before, or a dry run", json: Sent },
      201: { description: "Being sent", json: Sent },
    },
  }),
  async (c) => {
    const { id, dry_run, ...given } = await parseJson(c, Issue, { maxBytes: MAX_BYTES });
    const principal = principalOf(c);
    const key = { org: principal.org, id };
    const issue = textsOf(given);
    const { sendIssue, tryIssue } = await import("./send.ts");
    const occasion = occasionOfIssue(id);
    if (dry_run) {
      const counts = await tryIssue(c.get("database"), key, issue);
      return c.json({ id, occasion, ...counts, dry_run }, 200, PRIVATE);
    }
    const wanted = { key, issue, actor: actorOf(principal), now: Date.now() };
    const { added, ...counts } = await sendIssue(c.get("database"), wanted);
    await ringLater(c);
    return c.json({ id, occasion, ...counts, dry_run }, added ? 201 : 200, PRIVATE);
  },
);

newsletterRoutes.post(
  "/api/v1/newsletter/tests",
  allow(MANAGE),
  describe({
    summary: "Send an issue to oneself, to look at",
    description: "To the signed-in member, or to the member whose address is `to`: to nobody else.",
    tag: "Mail",
    body: { schema: Test, media: ["application/json"] },
    answers: { 202: { description: "On its way", json: v.object({ to: v.string() }) } },
  }),
  async (c) => {
    const { to, ...given } = await parseJson(c, Test, { maxBytes: MAX_BYTES });
    const principal = principalOf(c);
    if (to === undefined && principal.kind === "key") {
      throw invalid([{ pointer: "/to", detail: "must be the address of a member: a key has none." }]);
    }
    const person = principal.kind === "key" ? "" : principal.userId;
    const { testIssue } = await import("./send.ts");
    const address = await testIssue(c.get("database"), {
      org: principal.org,
      issue: textsOf(given),
      language: given.language,
      to: to === undefined ? { person } : { address: to },
      now: Date.now(),
    });
    await ringLater(c);
    return c.json({ to: address }, 202, PRIVATE);
  },
);

const Progress = v.object({
  id: v.string(),
  subject: v.string(),
  languages: v.array(v.string()),
  sent_at: v.string(),
  cancelled_at: v.nullable(v.string()),
  addressed: v.boolean(),
  letters: v.record(v.string(), Count),
});

newsletterRoutes.get(
  "/api/v1/newsletter/issues/:issue",
  allow(MANAGE),
  describe({
    summary: "How far an issue is",
    description: "`addressed` says that all readers are in the outbox; `withdrawn` left before it was sent.",
    tag: "Mail",
    answers: { 200: { description: "Its letters, by state", json: Progress } },
  }),
  async (c) => {
    const { readIssueProgress } = await import("./send.ts");
    return c.json(await readIssueProgress(c.get("database"), keyOf(c)), 200, PRIVATE);
  },
);

newsletterRoutes.post(
  "/api/v1/newsletter/issues/:issue/cancel",
  allow(MANAGE),
  describe({
    summary: "Stop an issue: what has not left yet does not leave",
    tag: "Mail",
    answers: { 200: { description: "How far it had come", json: Progress } },
  }),
  async (c) => {
    const { cancelIssue } = await import("./send.ts");
    const wanted = { key: keyOf(c), actor: actorOf(principalOf(c)), now: Date.now() };
    return c.json(await cancelIssue(c.get("database"), wanted), 200, PRIVATE);
  },
);

function textsOf(given: Omit<v.InferOutput<typeof Test>, "to">): IssueTexts {
  const { subject, markdown, language, translations } = given;
  return { first: language, texts: { ...translations, [language]: { subject, markdown } } };
}

function keyOf(c: AppContext) {
  return { org: principalOf(c).org, id: c.req.param("issue") ?? "" };
}

async function ringLater(c: AppContext): Promise<void> {
  const { ringPostman } = await import("../outbox/ring-postman.ts");
  c.executionCtx.waitUntil(ringPostman(c.env));
}
