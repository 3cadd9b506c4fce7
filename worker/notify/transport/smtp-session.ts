import { utf8 } from "../../ledger/bytes.ts";
import { type Reply, ReplyReader } from "./smtp-replies.ts";
import type { Wire, WireReader, WireWriter } from "./wire.ts";

/** The connection broke, or the other side said nothing for too long. */
export class SessionBroken extends Error {
  override readonly name = "SessionBroken";
}

/**
 * Commands out and replies in, over one connection. What was sent in one breath is answered in its order
 * (RFC 2920).
 */
export class SmtpSession {
  readonly #timeoutMs: number;
  #wire: Wire;
  #writer: WireWriter;
  #reader: WireReader;
  #parts = new ReplyReader();
  #replies: Reply[] = [];
  #broken: SessionBroken | null = null;
  #listening = false;
  #wake: () => void = () => {};

  /** @param timeoutMs how long the server may take to say anything at all */
  constructor(wire: Wire, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#wire = wire;
    this.#writer = wire.writable.getWriter();
    this.#reader = wire.readable.getReader();
    this.#watch(wire);
  }

  get broken(): boolean {
    return this.#broken !== null;
  }

  send(text: string): void {
    this.#writer.write(utf8(text)).catch((error: unknown) => this.#break(messageOf(error)));
  }

  /** The next reply. @throws SessionBroken when none comes */
  async reply(): Promise<Reply> {
    const timer = setTimeout(() => this.#break("the server says nothing"), this.#timeoutMs);
    try {
      for (;;) {
        const reply = this.#replies.shift();
        if (reply !== undefined) return reply;
        if (this.#broken !== null) throw this.#broken;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          if (!this.#listening) void this.#readOnce();
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Goes on under TLS, after the server agreed to. What came in clear behind that word came from somebody
   * else, and would be taken for the server's own.
   * @throws SessionBroken
   */
  secure(): void {
    if (this.#replies.length > 0 || this.#parts.inside) this.#break("the server spoke before TLS was there");
    if (this.#broken !== null) throw this.#broken;
    this.#writer.releaseLock();
    this.#reader.releaseLock();
    this.#wire = this.#wire.startTls();
    this.#watch(this.#wire);
    this.#writer = this.#wire.writable.getWriter();
    this.#reader = this.#wire.readable.getReader();
  }

  /** From now on all that arrives is read at once: a line that the server closes is known to be closed. No TLS after this. */
  listen(): void {
    this.#listening = true;
    void this.#readAll();
  }

  /** @param farewell said before it, where the server is in a state to hear it */
  close(farewell = ""): void {
    if (this.#broken !== null) return;
    const said = farewell === "" ? Promise.resolve() : this.#writer.write(utf8(farewell));
    this.#break("closed", said);
  }

  async #readAll(): Promise<void> {
    while (this.#broken === null) await this.#readOnce();
  }

  async #readOnce(): Promise<void> {
    try {
      const { value } = await this.#reader.read();
      if (value === undefined) this.#break("the server closed the connection");
      else this.#replies.push(...this.#parts.push(value));
    } catch (error) {
      this.#break(messageOf(error));
    }
    this.#wake();
  }

  #break(why: string, said: Promise<void> = Promise.resolve()): void {
    if (this.#broken !== null) return;
    this.#broken = new SessionBroken(why);
    this.#wake();
    const close = () => this.#wire.close();
    // What is broken cannot be closed any better.
    said.then(close, close).catch(() => {});
  }

  /** Why it failed is told by the reads; nobody else waits for these. */
  #watch(wire: Wire): void {
    wire.opened.catch((error: unknown) => this.#break(messageOf(error)));
    wire.closed.catch((error: unknown) => this.#break(messageOf(error)));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
