/** The demo organisation's calls: looks like a Goan call team's quarter, and is the same every time. */

const DAY_MS = 86_400_000;
const DAYS = 90;
const IST_MS = 5.5 * 3_600_000;

export const DEMO_TEAMS = ["t_01", "t_02", "t_03", "t_04", "t_05"] as const;

/** One call event as `POST /api/v1/calls` takes it. */
export interface DemoCall {
  readonly event_id: string;
  readonly call_id: string;
  readonly revision: 1;
  readonly team_id: string;
  readonly caller_id: string;
  readonly customer_ref: string;
  readonly direction: "inbound" | "outbound";
  readonly status: "connected" | "missed" | "declined";
  readonly started_at: string;
  readonly duration_s: number;
  readonly analysis: null | {
    readonly clarity: number;
    readonly proficiency: number;
    readonly volume: number;
    readonly sentiment: "positive" | "neutral" | "negative";
    readonly keywords: readonly string[];
  };
}

const CALLERS = 40;
const KEYWORDS = [
  "price",
  "delivery",
  "callback",
  "discount",
  "warranty",
  "invoice",
  "site visit",
  "refund",
  "demo",
  "EMI",
];
/** Share of a day's calls that begin in each hour in India: a lunch dip, an evening peak. */
const HOURS = [0, 0, 0, 0, 0, 0, 0, 0.5, 2, 6, 9, 10, 9, 5, 6, 8, 9, 10, 9, 6, 3, 1, 0.3, 0];

/**
 * Ninety days of calls that end at `now`, oldest first.
 * @param now UTC milliseconds; the same instant gives the same calls, so that a broken load can be repeated
 */
export function* demoCalls(now: number): Generator<DemoCall> {
  const random = mulberry32(360);
  const pick = <T>(from: readonly T[]): T => {
    const one = from[Math.floor(random() * from.length)];
    if (one === undefined) throw new RangeError("nothing to pick from");
    return one;
  };
  let count = 0;
  const today = Math.floor((now + IST_MS) / DAY_MS);
  for (let day = today - DAYS; day <= today; day += 1) {
    const weekday = (day + 4) % 7;
    const volume = weekday === 0 ? 60 : weekday === 6 ? 280 : 520 + Math.round(random() * 120);
    const starts = Array.from({ length: volume }, () => day * DAY_MS - IST_MS + timeOfDay(random)).sort(
      (a, b) => a - b,
    );
    for (const startedAt of starts) {
      const caller = 1 + Math.floor(random() ** 1.3 * CALLERS);
      const chance = random();
      const status = chance < 0.58 ? "connected" : chance < 0.88 ? "missed" : "declined";
      const duration =
        status === "connected" ? Math.max(4, Math.round(Math.exp(4.6 + gaussian(random) * 1.1))) : 0;
      const analysed = status === "connected" && random() < 0.85;
      const mood = random();
      const call: DemoCall = {
        event_id: `demo_${count}.1`,
        call_id: `demo_${count}`,
        revision: 1,
        team_id: DEMO_TEAMS[caller % DEMO_TEAMS.length] ?? "t_01",
        caller_id: `u_${String(caller).padStart(4, "0")}`,
        customer_ref: `cust_${Math.floor(random() * 9000) + 1000}`,
        direction: random() < 0.7 ? "outbound" : "inbound",
        status,
        started_at: new Date(startedAt).toISOString(),
        duration_s: Math.min(duration, 7200),
        analysis: analysed
          ? {
              clarity: score(random, 76),
              proficiency: score(random, 71),
              volume: score(random, 60),
              sentiment: mood < 0.42 ? "positive" : mood < 0.8 ? "neutral" : "negative",
              keywords: [...new Set([pick(KEYWORDS), pick(KEYWORDS)])],
            }
          : null,
      };
      count += 1;
      if (startedAt <= now && startedAt >= now - DAYS * DAY_MS) yield call;
    }
  }
}

function timeOfDay(random: () => number): number {
  let left = random() * HOURS.reduce((sum, share) => sum + share, 0);
  const hour = HOURS.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return Math.floor((hour + random()) * 3_600_000);
}

function score(random: () => number, middle: number): number {
  return Math.round(Math.min(100, Math.max(0, middle + gaussian(random) * 12)));
}

/** Box–Muller. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A small generator with a seed; the demo needs repetition, not strength. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
