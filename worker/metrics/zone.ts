const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** From `from` (UTC ms) on, local time is UTC + `offset` (ms), until the next one. */
interface Offset {
  readonly from: number;
  readonly offset: number;
}

/**
 * An IANA time zone: local days, whole numbers counted from 1970-01-01, and their beginnings in UTC.
 * Offsets come from the platform's own zone data and are remembered by UTC year.
 */
export class Zone {
  /** The name as the platform writes it; equal for aliases. */
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, readonly Offset[]>();
  readonly #days = new Map<number, number>();

  /** Use `zoneNamed`. @throws RangeError for an unknown zone */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    this.name = this.#format.resolvedOptions().timeZone;
  }

  /** Local time minus UTC at this instant, ms. */
  offsetAt(at: number): number {
    const offsets = this.#offsetsOf(new Date(at).getUTCFullYear());
    let offset = 0;
    for (const one of offsets) {
      if (one.from > at) break;
      offset = one.offset;
    }
    return offset;
  }

  /** The first change of offset after `at` and before `until`, or null. */
  nextChange(at: number, until: number): number | null {
    const last = new Date(until).getUTCFullYear();
    let before = this.offsetAt(at);
    for (let year = new Date(at).getUTCFullYear(); year <= last; year += 1) {
      for (const { from, offset } of this.#offsetsOf(year)) {
        if (from <= at || offset === before) continue;
        if (from < until) return from;
        before = offset;
      }
    }
    return null;
  }

  /** The local day of an instant. */
  localDay(at: number): number {
    return Math.floor((at + this.offsetAt(at)) / DAY);
  }

  /** The first instant of a local day: midnight, or where a day has none, the moment its clock begins. */
  startOfDay(day: number): number {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    // No zone is further than 15 hours from UTC, and local days only go forward.
    let low = day * DAY - 15 * 60 * MINUTE;
    let high = day * DAY + 15 * 60 * MINUTE;
    const guess = day * DAY - this.offsetAt(day * DAY - this.offsetAt(day * DAY));
    if (this.localDay(guess) === day && this.localDay(guess - 1) < day) low = high = guess;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.localDay(middle) >= day) high = middle;
      else low = middle + 1;
    }
    if (this.#days.size >= 4000) this.#days.clear();
    this.#days.set(day, low);
    return low;
  }

  /** The instant at which local clocks show `local` (ms as if UTC): the earlier of two, and after a gap the later side. */
  instantOf(local: number): number {
    const before = local - this.offsetAt(local - DAY);
    if (before + this.offsetAt(before) === local) return before;
    const after = local - this.offsetAt(local + DAY);
    return after + this.offsetAt(after) === local ? after : before;
  }

  #offsetsOf(year: number): readonly Offset[] {
    const known = this.#years.get(year);
    if (known !== undefined) return known;
    const end = startOfYear(year + 1);
    let at = startOfYear(year);
    let offset = this.#ask(at);
    const offsets: Offset[] = [{ from: at, offset }];
    // No zone changes its clock and back again within one week.
    while (at < end) {
      const next = Math.min(at + WEEK, end);
      const there = this.#ask(next);
      if (there !== offset) {
        let low = at;
        let high = next;
        while (high - low > 1000) {
          const middle = low + Math.floor((high - low) / 2000) * 1000;
          if (this.#ask(middle) === offset) low = middle;
          else high = middle;
        }
        if (high < end) offsets.push({ from: high, offset: there });
        offset = there;
      }
      at = next;
    }
    this.#years.set(year, offsets);
    return offsets;
  }

  #ask(at: number): number {
    const name = this.#format.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "";
    const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name);
    if (match === null) throw new Error(`the platform names an offset of ${this.name} "${name}"`);
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
    const size = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000;
    return sign === "-" ? -size : size;
  }
}

function startOfYear(year: number): number {
  // Date.UTC reads 0–99 as 1900–1999.
  return new Date(0).setUTCFullYear(year, 0, 1);
}

const zones = new Map<string, Zone>();
const REMEMBERED = 100;

/** The zone with this IANA name (`Asia/Kolkata`, `UTC`), or null where there is none; offsets are no names. */
export function zoneNamed(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return null;
  try {
    const zone = new Zone(name);
    if (zones.size >= REMEMBERED) zones.clear();
    zones.set(name, zone);
    return zone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A local day as `2026-10-31`. */
export function dayLabel(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
