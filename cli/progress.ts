const TERMINAL_MS = 200;
const LOG_MS = 5000;

/** One line that grows on a terminal, and a line every few seconds elsewhere; to standard error. */
export class Progress {
  readonly #bytes: number;
  readonly #from: number;
  readonly #started = performance.now();
  readonly #terminal = process.stderr.isTTY;
  #told = performance.now();
  #open = false;

  constructor(bytes: number, from: number) {
    this.#bytes = bytes;
    this.#from = from;
  }

  /** @param rows of this run @param offset in the file */
  moved(rows: number, offset: number): void {
    const now = performance.now();
    if (now - this.#told < (this.#terminal ? TERMINAL_MS : LOG_MS)) return;
    this.#told = now;
    const seconds = (now - this.#started) / 1000;
    const left = (seconds * (this.#bytes - offset)) / Math.max(offset - this.#from, 1);
    const line = `${rows.toLocaleString("en-IN")} rows, ${Math.floor((100 * offset) / this.#bytes)} %, ${Math.round(
      rows / seconds,
    ).toLocaleString("en-IN")} rows/s, ${Math.ceil(left)} s left`;
    process.stderr.write(this.#terminal ? `\r\x1b[K${line}` : `${line}\n`);
    this.#open = this.#terminal;
  }

  /** A line of its own, above what grows. */
  say(line: string): void {
    process.stderr.write(`${this.#open ? "\r\x1b[K" : ""}${line}\n`);
    this.#open = false;
  }

  /** @returns the seconds since the beginning */
  end(): number {
    if (this.#open) process.stderr.write("\r\x1b[K");
    this.#open = false;
    return (performance.now() - this.#started) / 1000;
  }
}
