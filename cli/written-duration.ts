export const DURATION_FORMATS = ["seconds", "hh:mm:ss", "mm:ss"] as const;
export type DurationFormat = (typeof DURATION_FORMATS)[number];

/** Whole seconds (a fraction is rounded) of a written duration, or why it is none. */
export function writtenDuration(text: string, format: DurationFormat): number | string {
  if (format === "seconds") {
    return /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Math.round(Number(text)) : "is not a number of seconds.";
  }
  const parts = (format === "hh:mm:ss" ? /^(\d{1,3}):([0-5]\d):([0-5]\d)$/ : /^()(\d{1,4}):([0-5]\d)$/).exec(
    text,
  );
  if (parts === null) return `is not a duration as ${format}.`;
  return Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]);
}
