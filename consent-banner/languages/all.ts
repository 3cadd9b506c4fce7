import type { Texts } from "../configuration.ts";
import { english } from "./en.ts";

/** The banner's own words in one language. A site adds what its services are. */
export interface Language {
  /** BCP 47. */
  readonly tag: string;
  /** Its name for itself. */
  readonly name: string;
  readonly texts: Omit<Texts, "services">;
  /** Paths of texts that no native speaker has checked, `*` for all: what a notice's `drafts` takes over. */
  readonly drafts: readonly string[];
}

/** Every language that the banner brings words for, English first. */
export const LANGUAGES: readonly Language[] = [{ tag: "en", name: "English", texts: english, drafts: [] }];
