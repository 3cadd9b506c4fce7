import type { C360, C360Choice, C360Events } from "./types/index.d.ts";

export type Announcer = <K extends keyof C360Events>(type: K, detail: C360Events[K]) => void;

/** What is behind `window.c360`. */
export interface Behind {
  readonly site: string;
  readonly host: string;
  get(): C360Choice;
  open(layer?: "choices"): void;
}

/**
 * Puts `window.c360` in place of the queue of commands. They run when `begin` is called.
 * @returns `announce`, which tells the page's listeners; one that throws does not stop the others
 */
export function publishApi(behind: Behind): { announce: Announcer; begin: () => void } {
  const listeners = new Set<readonly [type: string, listener: (detail: never) => void]>();
  const call = (run: () => void) => {
    try {
      run();
    } catch (fault) {
      // The page's own fault: shown as such, and the choice goes on.
      reportError(fault);
    }
  };
  const api: C360 = {
    site: behind.site,
    host: behind.host,
    get: behind.get,
    allows: (category) => behind.get().categories[category],
    open: behind.open,
    on(type, listener) {
      const entry = [type, listener] as const;
      listeners.add(entry);
      // These tell a state, not a moment: a late listener still hears them.
      const { decided, recorded } = behind.get();
      if (type === "consent" ? decided : type === "recorded" && recorded)
        call(() => (listener as (detail: C360Choice) => void)(behind.get()));
      return () => {
        listeners.delete(entry);
      };
    },
    push: (command) => call(() => command(api)),
  };
  const waiting = window.c360;
  window.c360 = api;
  return {
    announce(type, detail) {
      for (const [wanted, listener] of listeners)
        if (wanted === type) call(() => (listener as (detail: unknown) => void)(detail));
    },
    begin() {
      if (Array.isArray(waiting)) for (const command of waiting) api.push(command);
    },
  };
}
