/** One thing that people are told of, and how far it was told. */
export type OccasionKind = "policy" | "policy_cancelled" | "newsletter" | NoticeKind;

/** Notices that are not about one version of a policy; all go the same way. */
export const NOTICE_KINDS = ["ownership", "breach", "provider_added", "provider_removed"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * Who is still to be written into the outbox. `told`: whoever was told of what is now called off; `readers`: the
 * newsletter's own list.
 */
export type Phase = "members" | "subscribers" | "told" | "readers" | "done";

export interface Occasion {
  readonly org: string;
  readonly id: string;
  readonly kind: OccasionKind;
  readonly policy: string | null;
  readonly version: string | null;
  /** Of a notice of another kind, or an issue of the newsletter: JSON, words by language. */
  readonly words: string | null;
  readonly phase: Phase;
  readonly after: string;
}

/** The name of what is told when a version is announced: one per version. */
export function announcementOf(policy: string, version: string): string {
  return `policy/${policy}/${version}`;
}

export function cancellationOf(policy: string, version: string): string {
  return `${announcementOf(policy, version)}/cancelled`;
}
