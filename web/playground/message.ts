import type { Configuration } from "../../consent-banner/configuration.ts";
import type { Mode } from "./modes.ts";

/** What the playground tells its preview, once that has said `ready`. */
export interface Show {
  readonly kind: "show";
  readonly configuration: Configuration;
  /** The language that the preview's page is in. */
  readonly language: string;
  readonly mode: Mode;
  /** Names the banner's code: `/c/playground/{code}.js`. */
  readonly code: string;
  readonly integrity: string;
}

/** What the preview tells back. */
export type Happening =
  | { readonly kind: "ready" }
  /** An event of `window.c360`. */
  | { readonly kind: "event"; readonly type: string; readonly detail: unknown }
  /** The body that would have gone to the ledger. */
  | { readonly kind: "choice"; readonly body: unknown };
