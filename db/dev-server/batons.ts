import { randomBytes } from "node:crypto";
import { ProtocolError, StreamExpired } from "./errors.ts";
import type { Stream } from "./stream.ts";

/** An expired stream is remembered for so long, to say "expired" instead of "invalid". */
const REMEMBER_EXPIRED_MS = 300_000;

type Entry = {
  readonly id: string;
  readonly stream: Stream;
  /** What the next request must show. Changes with each request, so that none can be made twice. */
  sequence: string;
  /** Settles when the request that uses the stream is done. */
  inUse: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
};

/** Streams that wait for their client's next request. A baton is the stream's secret id and a sequence. */
export class Batons {
  readonly #entries = new Map<string, Entry | "expired">();
  readonly #byStream = new WeakMap<Stream, Entry>();
  readonly #idleMs: number;

  /** @param idleMs so long without a request, and a stream is closed: its transaction is rolled back */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /**
   * The stream of a baton, for this request alone until it is released.
   * @throws ProtocolError for an unknown or used baton, StreamExpired
   */
  async acquire(baton: string): Promise<Stream> {
    const [id = "", sequence] = baton.split(".");
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new ProtocolError("Received an invalid baton");
    if (entry === "expired") throw new StreamExpired();
    if (entry.sequence !== sequence) throw new ProtocolError("Received a baton that has already been used");
    entry.sequence = newSecret();
    clearTimeout(entry.timer);
    entry.timer = undefined;
    // A cursor announces its successor's baton before it is done.
    await entry.inUse;
    return entry.stream;
  }

  /** Lets the stream wait for its next request. Returns the baton for that, or null for a closed stream. */
  release(stream: Stream): string | null {
    if (stream.isClosed) {
      this.drop(stream);
      return null;
    }
    const { baton, ready } = this.announce(stream);
    ready();
    return baton;
  }

  /** Like `release`, but the next request waits until `ready` was called. */
  announce(stream: Stream): { baton: string; ready: () => void } {
    const known = this.#byStream.get(stream);
    const entry: Entry = known ?? {
      id: newSecret(),
      stream,
      sequence: "",
      inUse: undefined,
      timer: undefined,
    };
    this.#byStream.set(stream, entry);
    this.#entries.set(entry.id, entry);
    const { promise, resolve } = Promise.withResolvers<void>();
    entry.inUse = promise;
    entry.sequence = newSecret();
    const { sequence } = entry;
    const ready = () => {
      resolve();
      if (stream.isClosed) this.drop(stream);
      else if (entry.sequence === sequence) entry.timer = this.#expireLater(entry);
    };
    return { baton: `${entry.id}.${sequence}`, ready };
  }

  /** Closes a stream that nobody will or may go on with. */
  drop(stream: Stream): void {
    stream.close();
    const entry = this.#byStream.get(stream);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#entries.delete(entry.id);
  }

  /** Closes the streams that wait for a request, not those in use. */
  closeAll(): void {
    for (const entry of this.#entries.values()) {
      if (entry !== "expired" && entry.timer !== undefined) this.drop(entry.stream);
    }
  }

  #expireLater(entry: Entry): NodeJS.Timeout {
    return setTimeout(() => {
      entry.stream.close();
      this.#entries.set(entry.id, "expired");
      setTimeout(() => this.#entries.delete(entry.id), REMEMBER_EXPIRED_MS).unref();
    }, this.#idleMs).unref();
  }
}

function newSecret(): string {
  return randomBytes(12).toString("base64url");
}
