import type { Duck, DuckQuestion } from "../worker/metrics/fixtures/duck.ts";

const DAY_MS = 86_400_000;
const ZONE = "Asia/Kolkata";

type Row = Readonly<Record<string, unknown>>;

/** One question of the dashboard, asked of both engines. `rows` make both answers comparable. */
export interface BenchQuestion {
  readonly name: string;
  /** Path and query after `/api/v1/metrics/`. */
  readonly path: string;
  readonly limit: { readonly small: number; readonly large: number };
  duck(duck: Duck): Promise<Row[]>;
  ours(answer: Row): Row[];
}

/**
 * The six questions of a cold dashboard, of the days before the local midnight `end` (UTC ms).
 * `small` and `large` are the highest ratios to DuckDB's time at a million calls and at ten.
 */
export function questionsBefore(end: number): BenchQuestion[] {
  const ask = (name: string, days: number, more: Record<string, string> = {}) => {
    const range = { from: end - days * DAY_MS, to: end };
    const query = new URLSearchParams({
      from: new Date(range.from).toISOString(),
      to: new Date(range.to).toISOString(),
      ...more,
    });
    const question: DuckQuestion = { ...range, zone: ZONE, team: more.team };
    return { path: `${name}?${query}`, question };
  };
  const today = ask("summary", 1, { team: "t_03" });
  const month = ask("series", 30, { interval: "day" });
  const caller = ask("caller/u_042", 90);
  const year = ask("summary", 365);
  const week = ask("week", 365);
  const board = ask("callers", 90);
  const one = (row: Row) => [row];
  return [
    {
      name: "today of a team, p50, p90, p95",
      path: today.path,
      limit: { small: 0.4, large: 0.5 },
      duck: async (duck) => one(await duck.summary(today.question)),
      ours: (answer) => one(flat(answer)),
    },
    {
      name: "30 days by status",
      path: month.path,
      limit: { small: 0.4, large: 0.2 },
      duck: (duck) => duck.series(month.question, "day"),
      ours: (answer) => filled(answer.points).map(({ label, ...counts }) => ({ bucket: label, ...counts })),
    },
    {
      name: "a caller's 90 days, last 50",
      path: caller.path,
      limit: { small: 0.4, large: 0.2 },
      duck: async (duck) => {
        const question = { ...caller.question, caller: "u_042" };
        const [summary, days, last] = [
          await duck.summary(question),
          await duck.series(question, "day"),
          await duck.newest(question, 50),
        ];
        return [summary, ...days, { last: last.join(" ") }];
      },
      ours: ({ summary, series, last }) => [
        flat(record(summary)),
        ...filled(record(series).points).map(({ label, ...counts }) => ({ bucket: label, ...counts })),
        {
          last: records(last)
            .map((call) => call.call_id)
            .join(" "),
        },
      ],
    },
    {
      name: "12 months, p50, p90, p95",
      path: year.path,
      limit: { small: 0.4, large: 0.2 },
      duck: async (duck) => one(await duck.summary(year.question)),
      ours: (answer) => one(flat(answer)),
    },
    {
      name: "hour of week, 12 months",
      path: week.path,
      limit: { small: 0.5, large: 0.2 },
      duck: (duck) => duck.week(week.question),
      ours: (answer) => filled(answer.hours),
    },
    {
      name: "leaderboard, 90 days with p90",
      path: board.path,
      limit: { small: 1, large: 0.5 },
      duck: (duck) => duck.callers(board.question),
      ours: (answer) => filled(answer.callers),
    },
  ];
}

/** The differences between two answers as sentences: counts exact, means to 1e-9, percentiles to 1 %. */
export function differences(ours: readonly Row[], theirs: readonly Row[]): string[] {
  if (ours.length !== theirs.length) return [`${ours.length} rows instead of ${theirs.length}`];
  return theirs.flatMap((row, index) =>
    Object.entries(row).flatMap(([name, wanted]) => {
      const given = ours[index]?.[name];
      return isNear(name, given, wanted) ? [] : [`row ${index}: ${name} is ${given} instead of ${wanted}`];
    }),
  );
}

function isNear(name: string, given: unknown, wanted: unknown): boolean {
  if (typeof given !== "number" || typeof wanted !== "number") return given === wanted;
  if (/^p\d\d$/.test(name)) return Math.abs(given - wanted) <= wanted * 0.01;
  return Math.abs(given - wanted) <= (Number.isInteger(wanted) ? 0 : 1e-9);
}

function flat({ sentiment, ...numbers }: Row): Row {
  return { ...numbers, ...record(sentiment) };
}

function filled(rows: unknown): Row[] {
  return records(rows).filter((row) => row.n !== 0);
}

function records(rows: unknown): Row[] {
  if (!Array.isArray(rows)) throw new Error("expected rows");
  return rows.map(record);
}

function record(value: unknown): Row {
  if (typeof value !== "object" || value === null) throw new Error("expected an object");
  return Object.fromEntries(Object.entries(value));
}
