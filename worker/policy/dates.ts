/** How dates are written for readers in India: `26 October 2025`. */

/** Built per zone once: making a formatter costs more than using it. */
const formats = new Map<string, { day: Intl.DateTimeFormat; time: Intl.DateTimeFormat }>();

/**
 * An instant in words, in an IANA zone: the day alone where it is the day's first moment, which is how
 * policies are dated; otherwise with the time and the zone's name.
 */
export function formatMoment(at: number, timeZone: string): string {
  const { day, time } = formatsOf(timeZone);
  const parts = new Map(time.formatToParts(at).map((part) => [part.type, part.value]));
  const clock = `${parts.get("hour")}:${parts.get("minute")}:${parts.get("second")}`;
  if (clock === "00:00:00" && at % 1000 === 0) return day.format(at);
  return `${day.format(at)}, ${clock} ${parts.get("timeZoneName")}`;
}

function formatsOf(timeZone: string) {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = {
    day: new Intl.DateTimeFormat("en-IN", { dateStyle: "long", timeZone }),
    time: new Intl.DateTimeFormat("en-IN", {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
      timeZone,
    }),
  };
  formats.set(timeZone, made);
  return made;
}
