/** How dates are written for readers in India: `26 October 2025`; letters write them as their reader's language does. */
const LOCALE = "en-IN";

/** Built per language and zone once: making a formatter costs more than using it. */
const formats = new Map<string, Record<"day" | "time" | "date", Intl.DateTimeFormat>>();

/**
 * An instant in words, in an IANA zone: the day alone where it is the day's first moment, which is how
 * policies are dated; otherwise with the time and the zone's name.
 */
export function formatMoment(at: number, timeZone: string, locale = LOCALE): string {
  const { day, time } = formatsOf(timeZone, locale);
  const parts = new Map(time.formatToParts(at).map((part) => [part.type, part.value]));
  const clock = `${parts.get("hour")}:${parts.get("minute")}:${parts.get("second")}`;
  if (clock === "00:00:00" && at % 1000 === 0) return day.format(at);
  return `${day.format(at)}, ${clock} ${parts.get("timeZoneName")}`;
}

/** The calendar date of an instant in an IANA zone, as `2025-10-26`. */
export function localDate(at: number, timeZone: string): string {
  const parts = new Map(
    formatsOf(timeZone)
      .date.formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  return [parts.get("year")?.padStart(4, "0"), parts.get("month"), parts.get("day")].join("-");
}

function formatsOf(timeZone: string, locale = LOCALE) {
  const known = formats.get(`${locale} ${timeZone}`);
  if (known !== undefined) return known;
  const made = {
    day: new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone, numberingSystem: "latn" }),
    time: new Intl.DateTimeFormat(locale, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
      timeZone,
      numberingSystem: "latn",
    }),
    date: new Intl.DateTimeFormat(LOCALE, { year: "numeric", month: "2-digit", day: "2-digit", timeZone }),
  };
  formats.set(`${locale} ${timeZone}`, made);
  return made;
}
