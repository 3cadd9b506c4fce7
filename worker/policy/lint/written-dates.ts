/** A calendar date as it stands in a text. */
export interface WrittenDate {
  readonly index: number;
  readonly text: string;
  /** As `2025-10-26`; null where the calendar has no such day. */
  readonly date: string | null;
}

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const MONTH = `(${MONTHS.join("|")})`;
const WRITTEN = new RegExp(
  String.raw`\b(\d{4})-(\d{2})-(\d{2})\b|\b${MONTH}\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b|\b(\d{1,2})(?:st|nd|rd|th)?\s+${MONTH},?\s+(\d{4})\b`,
  "gi",
);

/** Every date in a text: `2025-10-26`, `October 26, 2025`, `26 October 2025`. */
export function writtenDates(text: string): WrittenDate[] {
  return [...text.matchAll(WRITTEN)].map((match) => {
    const [all, y1, m1, d1, name1, d2, y2, d3, name2, y3] = match;
    const year = y1 ?? y2 ?? y3 ?? "";
    const name = (name1 ?? name2 ?? "").toLowerCase();
    const month = m1 ?? String(MONTHS.indexOf(name) + 1).padStart(2, "0");
    const day = (d1 ?? d2 ?? d3 ?? "").padStart(2, "0");
    const date = `${year}-${month}-${day}`;
    const at = Date.parse(date);
    const exists = !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
    return { index: match.index, text: all, date: exists ? date : null };
  });
}
