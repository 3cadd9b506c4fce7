/** What `window.c360` offers to a page. Add this file to your project's types. */

export type C360Category = "necessary" | "preferences" | "analytics" | "marketing";

export interface C360Choice {
  /** False until the visitor chose (or the browser's signal did). */
  readonly decided: boolean;
  readonly categories: Readonly<Record<C360Category, boolean>>;
  /** Null for who never agreed to anything. */
  readonly consent_id: string | null;
  /** Date of the choice, `YYYY-MM-DD`; null before one. */
  readonly date: string | null;
  /** Revision of the notice that is shown. */
  readonly revision: number;
  /** The browser sends Global Privacy Control. */
  readonly gpc: boolean;
  /** The ledger has acknowledged the choice: from here on the server takes analytics events. */
  readonly recorded: boolean;
}

export interface C360Events {
  /** A choice is known: at load from an earlier visit, or just made. A late listener hears it too. */
  consent: C360Choice;
  /** The choice was just made or changed. */
  change: C360Choice;
  /** The ledger has the choice. A late listener hears it too. */
  recorded: C360Choice;
  /** After a withdrawal: names of declared cookies and keys that could not be deleted from here. */
  not_cleared: { readonly names: readonly string[] };
  /** Opened or closed after loading; the question that stands from the start is not told. */
  open: { readonly layer: "banner" | "choices" };
  close: { readonly layer: "banner" | "choices" };
}

export interface C360 {
  readonly site: string;
  /** Where the tag came from, without trailing slash. */
  readonly host: string;
  get(): C360Choice;
  allows(category: C360Category): boolean;
  /** Opens the question, or, once there is a choice, the choices. */
  open(layer?: "choices"): void;
  /** @returns a function that stops listening */
  on<K extends keyof C360Events>(type: K, listener: (detail: C360Events[K]) => void): () => void;
  /** Runs the command now; before the script is there, commands wait in an array of the same name. */
  push(command: C360Command): void;
}

/** `(window.c360 ||= []).push((c360) => …)` works before and after loading. */
export type C360Command = (c360: C360) => void;

declare global {
  interface Window {
    c360?: C360 | C360Command[];
  }
}
