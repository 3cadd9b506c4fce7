import * as v from "valibot";
import type { Notice } from "../../consent-banner/configuration.ts";
import { checkDocument } from "../../worker/consent/sites/check-document.ts";
import type { Finding } from "../../worker/consent/sites/finding.ts";
import { SiteDocument } from "../../worker/consent/sites/site-document.ts";
import type { Json } from "./schema.ts";

export type Remark = Pick<Finding, "severity" | "pointer" | "reason"> & Partial<Pick<Finding, "suggestion">>;

export interface Judged {
  readonly findings: readonly Remark[];
  /** With the banner's own words where the document gives none; null where it cannot be published. */
  readonly notice: Notice | null;
}

/** What the server would say of a document: the same schema, the same checks. */
export function judge(document: Json): Judged {
  const parsed = v.safeParse(SiteDocument, document);
  if (parsed.success) return checkDocument(parsed.output);
  return {
    notice: null,
    findings: parsed.issues.map((issue) => ({
      severity: "error",
      pointer: (issue.path ?? []).map(({ key }) => `/${String(key)}`).join(""),
      reason: issue.message,
    })),
  };
}
