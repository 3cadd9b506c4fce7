/**
 * Whole numbers from 0 as text: base 32 digits, lowest first, each one character of 64, where the upper
 * half means that another follows. Small numbers take one character, and JSON and SQL carry the text as
 * it is.
 */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE = 32;

const values = new Int8Array(128).fill(-1);
for (const [value, digit] of [...DIGITS].entries()) values[digit.charCodeAt(0)] = value;

/** @throws RangeError for a number that is negative or not whole: sums of calls never are */
export function packNumber(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError("a packed number is whole and not negative");
  if (value < BASE) return DIGITS.charAt(value);
  let text = "";
  let rest = value;
  while (rest >= BASE) {
    text += DIGITS.charAt((rest % BASE) + BASE);
    rest = Math.floor(rest / BASE);
  }
  return text + DIGITS.charAt(rest);
}

/** Reads a packed text from its beginning to its end. */
export class PackedReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** @throws RangeError when the text is broken off or was not packed */
  number(): number {
    const digit = values[this.#text.charCodeAt(this.#at)] ?? -1;
    if (digit < 0 || digit >= BASE) return this.#rest();
    this.#at += 1;
    return digit;
  }

  /** Most numbers have one digit, and their way is short without this. */
  #rest(): number {
    let value = 0;
    for (let scale = 1; ; scale *= BASE) {
      const digit = values[this.#text.charCodeAt(this.#at)] ?? -1;
      if (digit < 0) throw new RangeError("a packed text is broken off or no packed text");
      this.#at += 1;
      if (digit < BASE) return value + digit * scale;
      value += (digit - BASE) * scale;
    }
  }

  /** The text up to the next `end`, which is read too. @throws RangeError when there is none */
  until(end: string): string {
    const to = this.#text.indexOf(end, this.#at);
    if (to === -1) throw new RangeError("a packed text is broken off or no packed text");
    const part = this.#text.slice(this.#at, to);
    this.#at = to + end.length;
    return part;
  }
}
