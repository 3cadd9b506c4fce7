import { Hono } from "hono";
import { actorOf, auditEntry } from "../accounts/audit.ts";
import { allow, principalOf, tenantOf } from "../http/access.ts";
import type { AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { parseJson } from "../http/parse.ts";
import { limitRate } from "../http/rate-limit.ts";
import { auditOfImport, ImportRecord } from "./import-record.ts";

export const importRoutes = new Hono<AppEnv>();

const MAX_BYTES = 4096;

importRoutes.post(
  "/api/v1/calls/imports",
  allow({ kind: "scope", scope: "calls:write" }),
  describe({
    summary: "Keep a record of an import: who confirmed the right to provide it, and what became of it",
    description:
      "Once before the first call of a file is sent, and with rows once it is finished. Both are lines of " +
      "the audit log; sent again they stay as they are.",
    tag: "Calls",
    body: { schema: ImportRecord, media: ["application/json"] },
    answers: { 204: { description: "Kept" } },
  }),
  limitRate({ perSecond: 1, burst: 20 }, (c) => principalOf(c).org),
  async (c) => {
    const record = await parseJson(c, ImportRecord, { maxBytes: MAX_BYTES });
    const principal = principalOf(c);
    const { writeWhereOpen } = await import("./commit.ts");
    const entry = auditOfImport(record, principal.org, actorOf(principal), Date.now());
    await writeWhereOpen(tenantOf(c), principal.org, [auditEntry(entry)]);
    return c.body(null, 204);
  },
);
