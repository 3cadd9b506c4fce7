import type { Notice } from "../../../consent-banner/configuration.ts";
import type { DeclaredChanges } from "../version.ts";

/** A law by whose list of required parts a text can be read. */
export const PROFILES = ["dpdp", "gdpr"] as const;
export type Profile = (typeof PROFILES)[number];

/** What is known around the text. What is not known is not checked. */
export interface LintContext {
  /** `privacy`, `cookies`, `terms`. */
  readonly policy: string;
  /** BCP 47; words are only checked in English. */
  readonly language: string;
  /** The version's number, as `2025-10-26`. */
  readonly version?: string;
  /** The calendar date on which it is to take effect, where the organisation is. */
  readonly effectiveOn?: string;
  /** What the organisation's sites tell their visitors. */
  readonly notices: readonly Pick<Notice, "site_name" | "services">[];
  readonly profiles: readonly Profile[];
  /** The text in force until then. */
  readonly previous?: string;
  readonly changes?: DeclaredChanges;
}
