/** A local day in an IANA zone: its edges, its half hours, its words. */

const SLOT_MS = 30 * 60_000;

export interface DayClock {
  /** "Tuesday 24 November 2026" */
  readonly label: string;
  /** Beginnings of every slot of the day, UTC milliseconds: 48, or 46 and 50 where clocks change. */
  readonly slots: readonly number[];
  /** "09:30" */
  time(at: number): string;
  /** "09:30:05" */
  second(at: number): string;
}

/** @param day local date as `2026-11-24` */
export function dayClock(day: string, zone: string): DayClock {
  const start = midnight(day, zone);
  const end = midnight(dayAfter(day), zone);
  // Slots are half hours of UTC, in every zone.
  const first = Math.floor(start / SLOT_MS) * SLOT_MS;
  const clock = (more: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: zone,
      ...more,
    });
  const minutes = clock({});
  const seconds = clock({ second: "2-digit" });
  return {
    label: dateInWords(day),
    slots: Array.from({ length: Math.ceil((end - first) / SLOT_MS) }, (_, i) => first + i * SLOT_MS),
    time: (at) => minutes.format(at),
    second: (at) => seconds.format(at),
  };
}

/** Joined by hand: whether a comma follows the weekday differs between browsers. */
function dateInWords(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(at);
  return `${part({ weekday: "long" })} ${part({ day: "numeric", month: "long", year: "numeric" })}`;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The first instant of a local day, UTC milliseconds. */
function midnight(day: string, zone: string): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`);
  // Twice, because the offset at the guess may be that of the other side of a change of clocks.
  const guess = asUtc - offsetAt(asUtc, zone);
  return asUtc - offsetAt(guess, zone);
}

/** Local time minus UTC, milliseconds. */
function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    timeZoneName: "longOffset",
  }).formatToParts(at);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const match = /([+-])(\d{2}):(\d{2})/.exec(name);
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
