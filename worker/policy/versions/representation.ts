import * as v from "valibot";
import { formatInstant } from "../../http/fields.ts";
import { type Addresses, receiptPath } from "../addresses.ts";
import { phaseOf, standingAt } from "../in-force.ts";
import { type PolicyVersion, VERSION_CLASSES } from "../version.ts";
import { cancelUntil } from "./notice-period.ts";
import type { DraftSummary } from "./queries.ts";
import type { VersionState } from "./state.ts";

const Text = v.nullable(v.string());

/** A version or draft as management sees it, without its texts. */
export const VersionSummary = v.object({
  version: v.string(),
  status: v.picklist(["draft", "scheduled", "in_force", "superseded", "cancelled"]),
  title: Text,
  language: v.string(),
  sha256: v.string(),
  /** Null in a draft: these are decided when it is scheduled. */
  effective_at: Text,
  noticed_at: Text,
  class: v.nullable(v.picklist(VERSION_CLASSES)),
  reason: Text,
  changes: v.nullable(v.object({ purposes: v.boolean(), recipients: v.boolean() })),
  court_order: Text,
  /** Until then a scheduled version can be cancelled. */
  cancel_until: Text,
  cancelled_at: Text,
  cancel_reason: Text,
  imported_at: Text,
  url: Text,
  log_index: v.nullable(v.number()),
  receipt: Text,
  /** Of drafts. */
  updated_at: Text,
  updated_by: Text,
});
export type VersionSummary = v.InferOutput<typeof VersionSummary>;

/** One version or draft with its texts. */
export const VersionDetail = v.object({
  policy: v.string(),
  ...VersionSummary.entries,
  markdown: v.string(),
  translations: v.array(v.object({ language: v.string(), title: Text, sha256: Text, markdown: Text })),
});
export type VersionDetail = v.InferOutput<typeof VersionDetail>;

export function draftSummary(draft: DraftSummary): VersionSummary {
  return {
    version: draft.version,
    status: "draft",
    title: draft.title,
    language: draft.language,
    sha256: draft.sha256,
    effective_at: null,
    noticed_at: null,
    class: null,
    reason: null,
    changes: null,
    court_order: null,
    cancel_until: null,
    cancelled_at: null,
    cancel_reason: null,
    imported_at: null,
    url: null,
    log_index: null,
    receipt: null,
    updated_at: formatInstant(draft.updatedAt),
    updated_by: draft.updatedBy,
  };
}

/** @param around what else is public of the policy, to tell where this version stands */
export function publishedSummary(
  version: PolicyVersion,
  around: { readonly versions: readonly PolicyVersion[]; readonly now: number; readonly log: string | null },
  { publicUrl, permanent }: Addresses,
): VersionSummary {
  const { cancelledAt, importedAt, leafIndex } = version;
  const status = phaseOf(version, standingAt(around.versions, around.now));
  return {
    version: version.version,
    status,
    title: version.title,
    language: version.language,
    sha256: version.sha256,
    effective_at: formatInstant(version.effectiveAt),
    noticed_at: formatInstant(version.noticedAt),
    class: version.class,
    reason: version.reason,
    changes: version.changes,
    court_order: version.courtOrder,
    cancel_until: status === "scheduled" ? formatInstant(cancelUntil(version.effectiveAt)) : null,
    cancelled_at: cancelledAt === null ? null : formatInstant(cancelledAt),
    cancel_reason: version.cancelReason,
    imported_at: importedAt === null ? null : formatInstant(importedAt),
    url: publicUrl + permanent(version.version),
    log_index: leafIndex,
    receipt: around.log === null || leafIndex === null ? null : receiptPath(around.log, leafIndex),
    updated_at: null,
    updated_by: null,
  };
}

/** The published version under this number, else the draft; null where there is neither. */
export function versionDetail(state: VersionState, addresses: Addresses): VersionDetail | null {
  const { policy, published, draft, markdown, versions, now } = state;
  if (published !== null && markdown !== null) {
    return {
      policy,
      ...publishedSummary(published, { versions, now, log: state.publisher.log }, addresses),
      markdown,
      // Their texts are at the public address, with `?lang=`.
      translations: state.translations.map(({ language, title, sha256 }) => ({
        language,
        title,
        sha256,
        markdown: null,
      })),
    };
  }
  if (draft === null) return null;
  return {
    policy,
    ...draftSummary(draft),
    markdown: draft.markdown,
    translations: Object.entries(draft.translations).map(([language, text]) => ({
      language,
      title: null,
      sha256: null,
      markdown: text,
    })),
  };
}
