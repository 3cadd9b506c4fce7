import type { Texts } from "../configuration.ts";

/** The banner's own words in one language. A site adds what its services are. */
export interface Language {
  /** BCP 47. */
  readonly tag: string;
  /** Its name for itself. */
  readonly name: string;
  readonly texts: Omit<Texts, "services">;
  /**
   * Machine-drafted, not reviewed: paths of texts that no native speaker has checked, `*` for all. A
   * notice takes them over as its `drafts`.
   */
  readonly drafts: readonly string[];
}
