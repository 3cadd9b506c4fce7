/**
 * The delivered stream of `tests/fixtures/calls` over HTTP, and its true answers (computed elsewhere,
 * see the README beside them). Runs against anything that answers HTTP: the worker in a test, or the
 * started product.
 */

/** Where to send, with a key that may do what is asked. `send` stands in for `fetch`. */
export interface Target {
  readonly base: string;
  readonly key: string;
  readonly send?: (request: Request) => Promise<Response>;
}

/** Counted over all chunks. */
export interface StreamTotals {
  readonly accepted: number;
  readonly duplicate: number;
  readonly stale: number;
  readonly rejected: number;
}

/** What the README promises of the whole stream in file order. */
export const STREAM_TOTALS: StreamTotals = { accepted: 8661, duplicate: 82, stale: 51, rejected: 0 };

const CHUNK = 1000;

/** The stream's events, one JSON text each, from the gzipped file. */
export async function linesOf(gzipped: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const unpacked = new Blob([gzipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(unpacked).text()).split("\n").filter((line) => line !== "");
}

/** Posts the events as NDJSON in file order, at most 1,000 a request. @throws Error on any status but 200 */
export async function postStream(target: Target, lines: readonly string[]): Promise<StreamTotals> {
  const totals = { accepted: 0, duplicate: 0, stale: 0, rejected: 0 };
  for (let at = 0; at < lines.length; at += CHUNK) {
    const receipt = await call(target, "/api/v1/calls", {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: `${lines.slice(at, at + CHUNK).join("\n")}\n`,
    });
    totals.accepted += numberOf(receipt.accepted);
    totals.duplicate += numberOf(receipt.duplicate);
    totals.stale += numberOf(receipt.stale);
    totals.rejected += arrayOf(receipt.rejected).length;
  }
  return totals;
}

/** One entry of `answers.json`. */
export interface TrueAnswer {
  readonly note: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly answer: unknown;
}

/** Asks every question and returns each difference as a sentence; none when all is right. */
export async function compareAnswers(target: Target, answers: readonly TrueAnswer[]): Promise<string[]> {
  const differences: string[] = [];
  for (const { note, path, query, answer } of answers) {
    const given = await call(target, `${path}?${new URLSearchParams(query)}`, {});
    const report = (what: string) => differences.push(`${note}: ${what}`);
    if (!Array.isArray(answer)) compareFields(recordOf(answer), given, report);
    else compareRows(answer.map(recordOf), rowsOf(given), report);
  }
  return differences;
}

async function call(target: Target, path: string, init: RequestInit): Promise<Record<string, unknown>> {
  const send = target.send ?? fetch;
  const request = new Request(`${target.base}${path}`, init);
  request.headers.set("authorization", `Bearer ${target.key}`);
  const response = await send(request);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${body.slice(0, 500)}`);
  return recordOf(JSON.parse(body));
}

type Fields = Readonly<Record<string, unknown>>;

function rowsOf(given: Fields): Fields[] {
  const rows = given.points ?? given.callers ?? given.hours ?? given.keywords;
  return arrayOf(rows).map(recordOf);
}

/** Rows are matched by name, the order of callers and keywords is part of the answer. */
function compareRows(
  wanted: readonly Fields[],
  given: readonly Fields[],
  report: (what: string) => void,
): void {
  const filled = given.filter((row) => numberOf(row.n) > 0);
  if (filled.map(nameOf).join(" ") !== wanted.map(nameOf).join(" ")) {
    report(`rows ${filled.map(nameOf).join(" ")} instead of ${wanted.map(nameOf).join(" ")}`);
  }
  const byName = new Map(given.map((row) => [nameOf(row), row]));
  for (const row of wanted) {
    const found = byName.get(nameOf(row));
    if (found !== undefined) compareFields(row, found, (what) => report(`${nameOf(row)} ${what}`));
  }
}

function nameOf(row: Fields): string {
  return String(row.day ?? row.label ?? row.caller_id ?? row.hour ?? row.keyword);
}

const MEANS = new Set(["clarity", "proficiency", "volume"]);
const PERCENTILES = new Set(["p50", "p90", "p95"]);

function compareFields(wanted: Fields, given: Fields, report: (what: string) => void): void {
  for (const [field, value] of Object.entries(wanted)) {
    if (field === "day") continue;
    const other = given[field];
    if (typeof value === "object" && value !== null) {
      compareFields(recordOf(value), recordOf(other), (what) => report(`${field}.${what}`));
    } else if (!isNear(value, other, field)) {
      report(`${field} is ${String(other)} instead of ${String(value)}`);
    }
  }
}

function isNear(wanted: unknown, given: unknown, field: string): boolean {
  if (typeof wanted !== "number" || typeof given !== "number") return wanted === given;
  const tolerance = PERCENTILES.has(field) ? wanted * 0.01 : MEANS.has(field) ? 1e-9 : 0;
  return Math.abs(wanted - given) <= tolerance;
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("expected a JSON object");
  }
  return Object.fromEntries(Object.entries(value));
}

function arrayOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error("expected a JSON array");
  return value;
}

function numberOf(value: unknown): number {
  if (typeof value !== "number") throw new Error("expected a number");
  return value;
}
