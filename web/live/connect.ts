import { type Deed, type Happening, isStale, newLine, step } from "./line.ts";
import { type LiveMessage, parseMessage } from "./message.ts";

/** What a page tells and hears of its live line. */
export interface Ends {
  /** Address of `/api/v1/live`, with `since` where something is already known. */
  address(): string;
  message(message: LiveMessage): void;
  /** The newest change on the board, or null. */
  seq(): number | null;
  /** Called when it changes, and with each message. `heard` is the page's clock, null before the first. */
  liveness(state: { readonly stale: boolean; readonly heard: number | null }): void;
  /** Whether the right to watch still lives, asked over HTTP; true where nobody answers. */
  probe(): Promise<boolean>;
  leave(): void;
}

const TICK_MS = 500;
/** The close code by which the server says that the right to watch has ended. */
const ENDED = 1008;

/** Keeps the live line up until the returned function is called. */
export function connect(ends: Ends): () => void {
  const opened = performance.now();
  /** `Date.now` of the same moment, so that what is shown is a time of day. */
  const wall = Date.now() - opened;
  let line = newLine(opened);
  let socket: WebSocket | null = null;
  let wasStale: boolean | null = null;

  function happen(what: Happening): void {
    const [next, deed] = step(line, what, performance.now(), Math.random());
    line = next;
    if (deed !== null) carryOut(deed);
    const stale = isStale(line, performance.now(), opened);
    if (stale === wasStale && what.kind !== "message") return;
    wasStale = stale;
    ends.liveness({ stale, heard: line.heard === null ? null : line.heard + wall });
  }

  function carryOut(deed: Deed): void {
    if (deed === "connect") open();
    else if (deed === "drop") drop();
    else if (deed === "leave") ends.leave();
    else void ends.probe().then((signedIn) => happen({ kind: "probed", signedIn }));
  }

  function open(): void {
    drop();
    const own = new WebSocket(ends.address());
    socket = own;
    // Events of a socket that was given up for another are nobody's.
    own.onmessage = (event) => {
      if (own === socket && typeof event.data === "string") hear(event.data);
    };
    own.onclose = ({ code }) => {
      if (own !== socket) return;
      socket = null;
      happen({ kind: "closed", refused: code === ENDED });
    };
  }

  function hear(text: string): void {
    const message = parseMessage(text);
    if (message === null) return;
    ends.message(message);
    const behind = message.type === "beat" && message.seq > (ends.seq() ?? message.seq) ? message.seq : null;
    happen({ kind: "message", behind });
  }

  function drop(): void {
    const old = socket;
    socket = null;
    old?.close();
  }

  const wake = () => {
    if (document.visibilityState === "visible") happen({ kind: "wake" });
  };
  const timer = setInterval(() => happen({ kind: "tick" }), TICK_MS);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  open();
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", wake);
    window.removeEventListener("online", wake);
    drop();
  };
}
