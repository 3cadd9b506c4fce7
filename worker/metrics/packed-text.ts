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

  /**
   * Reads so many pairs of a distance and a count, and adds each count at its place, the sum of the distances.
   * @throws RangeError for a place beyond the last
   */
  addPairs(pairs: number, into: Float64Array): void {
    const text = this.#text;
    let place = 0;
    for (let left = pairs; left > 0; left -= 1) {
      // The two short ways are written out: a leaderboard reads half a million pairs.
      const distance = values[text.charCodeAt(this.#at)] ?? -1;
      const count = values[text.charCodeAt(this.#at + 1)] ?? -1;
      if (distance >= 0 && distance < BASE && count >= 0 && count < BASE) {
        this.#at += 2;
        place += distance;
        if (place >= into.length) throw beyond();
        into[place] = (into[place] ?? 0) + count;
        continue;
      }
      place += this.number();
      if (place >= into.length) throw beyond();
      into[place] = (into[place] ?? 0) + this.number();
    }
  }

  /** Reads so many numbers without looking at them. @throws RangeError when there are fewer */
  skip(numbers: number): void {
    const text = this.#text;
    let at = this.#at;
    for (let left = numbers; left > 0; at += 1) {
      const digit = values[text.charCodeAt(at)] ?? -1;
      if (digit < 0) throw new RangeError("a packed text is broken off or no packed text");
      if (digit < BASE) left -= 1;
    }
    this.#at = at;
  }

  /** The text up to the next `end`, which is read too. @throws RangeError when there is none */
  until(end: string): string {
    const to = this.#text.indexOf(end, this.#at);
    if (to === -1) throw new RangeError("a packed text is broken off or no packed text");
    const part = this.#text.slice(this.#at, to);
    this.#at = to + end.length;
    return part;
  }

  /** The next characters, so many. @throws RangeError when there are fewer */
  characters(length: number): string {
    const to = this.#at + length;
    if (to > this.#text.length) throw new RangeError("a packed text is broken off or no packed text");
    const part = this.#text.slice(this.#at, to);
    this.#at = to;
    return part;
  }

  get at(): number {
    return this.#at;
  }
}

function beyond(): RangeError {
  return new RangeError("a packed histogram has a bucket beyond the last");
}

/** How the entries of a packed list look, each with a name, ascending by name. */
interface EntryForm<T> {
  /** Reads the name with which an entry begins. */
  name(reader: PackedReader): string;
  /** Reads past the rest of it. */
  skip(reader: PackedReader): void;
  /** An entry with a change, as text, or "" when nothing is left of it; `stored` reads the rest of the one before. */
  changed(name: string, change: T, stored: PackedReader | null): string;
}

/** A packed list with changes in some entries: all others are taken over as they stand, unread. */
export function changeEntries<T>(
  packed: string,
  changes: ReadonlyMap<string, T>,
  form: EntryForm<T>,
): string {
  const waiting = [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
  const reader = new PackedReader(packed);
  let text = "";
  let next = 0;
  let untouched = 0;
  while (!reader.done) {
    const begin = reader.at;
    const name = form.name(reader);
    let change = waiting[next];
    if (change !== undefined && change[0] <= name) {
      text += packed.slice(untouched, begin);
      for (; change !== undefined && change[0] < name; next += 1, change = waiting[next])
        text += form.changed(change[0], change[1], null);
      untouched = begin;
      if (change?.[0] === name) {
        text += form.changed(name, change[1], reader);
        untouched = reader.at;
        next += 1;
        continue;
      }
    }
    form.skip(reader);
  }
  text += packed.slice(untouched);
  for (const [name, change] of waiting.slice(next)) text += form.changed(name, change, null);
  return text;
}
