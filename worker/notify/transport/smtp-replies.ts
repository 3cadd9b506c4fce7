/** One reply of a server (RFC 5321, 4.2): its code, and all of its lines without their line ends. */
export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Nobody has more to say in one reply than this many characters. */
const MOST = 64 * 1024;
const LINE = /^([2-5]\d\d)([ -]|$)/;

/** Puts replies together from what arrives in pieces of any size. */
export class ReplyReader {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #lines: string[] = [];
  #size = 0;

  /** Whether something was begun that is no whole reply yet. */
  get inside(): boolean {
    return this.#rest !== "" || this.#lines.length > 0;
  }

  /** @returns the replies that are whole now @throws Error for what is no SMTP */
  push(piece: Uint8Array): Reply[] {
    const replies: Reply[] = [];
    const lines = (this.#rest + this.#decoder.decode(piece, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const raw of lines) {
      const line = raw.replace(/\r$/, "");
      const [, code, mark] = LINE.exec(line) ?? [];
      if (code === undefined) throw new Error(`not an SMTP reply: ${line.slice(0, 100)}`);
      this.#lines.push(line);
      this.#size += line.length;
      if (mark !== "-") {
        replies.push({ code: Number(code), lines: this.#lines });
        this.#lines = [];
        this.#size = 0;
      }
    }
    if (this.#size + this.#rest.length > MOST) throw new Error("an SMTP reply without end");
    return replies;
  }
}
