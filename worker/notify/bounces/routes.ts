import { Hono } from "hono";
import * as v from "valibot";
import { allow, principalOf } from "../../http/access.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { parseQuery, readBody, requireMediaType } from "../../http/parse.ts";
import { joinBytes, utf8 } from "../../ledger/bytes.ts";

/** What comes back after a server had said yes. */
export const bounceRoutes = new Hono<AppEnv>();

const MEDIA = ["message/rfc822", "multipart/report"];

bounceRoutes.post(
  "/api/v1/outbox/bounces",
  allow({ kind: "scope", scope: "manage", memberWrites: true }),
  describe({
    summary: "Bring a mail that came back (RFC 3464)",
    description:
      "As it came, by a pipe of the mail server or by a provider; the letter is found by its Message-ID. For good: the letter is `bounced` and its address suppressed. `noted` was a delay. `ignored` is about no letter of ours, or no report.",
    tag: "Mail",
    body: { schema: v.string(), media: MEDIA },
    answers: {
      200: {
        description: "What became of the letter",
        json: v.object({
          outcome: v.picklist(["bounced", "refused", "dead", "noted", "ignored"]),
          mail: v.nullable(v.string()),
        }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, v.strictObject({}));
    const type = requireMediaType(c, MEDIA);
    const { MAX_REPORT_BYTES, takeReport } = await import("./take-report.ts");
    const body = await readBody(c, MAX_REPORT_BYTES);
    const raw = type === "message/rfc822" ? body : withHeader(c.req.header("content-type") ?? "", body);
    const taken = await takeReport(c.get("database"), principalOf(c).org, raw, Date.now());
    return c.json(taken, 200, { "cache-control": "private, no-store" });
  },
);

/** A report without the mail's own headers: its boundary is in the request's. */
function withHeader(contentType: string, body: Uint8Array): Uint8Array {
  return joinBytes([utf8(`Content-Type: ${contentType}\r\n\r\n`), body]);
}
