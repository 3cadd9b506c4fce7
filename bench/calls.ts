import type { Call } from "../worker/calls/call.ts";

/** Calls as a Goan call team makes them: the same ones for the same number and end, in the order of time. */

export const TEAMS = 10;
export const CALLERS = 200;
export const DAYS = 730;
const DAY_MS = 86_400_000;
const IST_MS = 5.5 * 3_600_000;

/** Calls that begin in each local hour of a working day, relative to each other. */
const HOURS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 9, 10, 8, 5, 7, 9, 9, 8, 6, 4, 2, 1, 0, 0];
/** From Sunday. */
const WEEKDAYS = [2, 10, 11, 11, 10, 10, 6];
const KEYWORDS = [
  "price",
  "delivery",
  "thanks",
  "discount",
  "refund",
  "callback",
  "visit",
  "loan",
  "site",
  "plan",
];

/** A linear congruential generator modulo 2³²: numbers from 0 to below 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** `count` calls of the two years before the local midnight `end` (UTC ms), in pieces of at most `size`. */
export function* callsBefore(end: number, count: number, size: number): Generator<Call[]> {
  const random = randomFrom(360);
  const weights = Array.from({ length: DAYS }, (_, day) => {
    const weekday = new Date(end + IST_MS - (DAYS - day) * DAY_MS).getUTCDay();
    return WEEKDAYS[weekday] ?? 0;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let made = 0;
  let passed = 0;
  let piece: Call[] = [];
  for (const [day, weight] of weights.entries()) {
    passed += weight;
    const midnight = end - (DAYS - day) * DAY_MS;
    const today = Math.round((count * passed) / total) - made;
    const times = Array.from({ length: today }, () => midnight + timeOfDay(random)).sort((a, b) => a - b);
    for (const at of times) {
      piece.push(callAt(at, `c_${made.toString(36).padStart(6, "0")}`, random));
      made += 1;
      if (piece.length === size) {
        yield piece;
        piece = [];
      }
    }
  }
  if (piece.length > 0) yield piece;
}

/** One new call at this instant (UTC ms). */
export function callAt(startedAt: number, callId: string, random: () => number): Call {
  const caller = Math.floor(random() * CALLERS);
  const draw = random();
  const status = draw < 0.62 ? "connected" : draw < 0.86 ? "missed" : "declined";
  const talked = status === "connected";
  const score = () => Math.round(3000 + 7000 * random());
  return {
    call_id: callId,
    revision: 1,
    team: `t_${String(caller % TEAMS).padStart(2, "0")}`,
    caller: `u_${String(caller).padStart(3, "0")}`,
    customer_ref: `cust_${Math.floor(random() * 20_000)}`,
    direction: random() < 0.3 ? "inbound" : "outbound",
    status,
    started_at: startedAt,
    // Log-normal around two minutes.
    duration_s: talked ? Math.min(7200, Math.round(120 * Math.exp(0.9 * normal(random)))) : 0,
    clarity: talked ? score() : null,
    proficiency: talked ? score() : null,
    volume: talked ? score() : null,
    sentiment: talked ? (random() < 0.4 ? "positive" : random() < 0.6 ? "neutral" : "negative") : null,
    keywords: talked && random() < 0.6 ? JSON.stringify(twoOf(random)) : null,
  };
}

/** The event that tells of a call, as `POST /api/v1/calls` takes it. */
export function eventOf(call: Call) {
  const { clarity, proficiency, volume, sentiment } = call;
  const score = (hundredths: number | null) => (hundredths === null ? null : hundredths / 100);
  return {
    event_id: `e_${call.call_id}_${call.revision}`,
    call_id: call.call_id,
    revision: call.revision,
    team_id: call.team,
    caller_id: call.caller,
    customer_ref: call.customer_ref,
    direction: call.direction,
    status: call.status,
    started_at: new Date(call.started_at).toISOString(),
    duration_s: call.duration_s,
    analysis:
      clarity === null
        ? null
        : {
            clarity: score(clarity),
            proficiency: score(proficiency),
            volume: score(volume),
            sentiment,
            keywords: call.keywords === null ? [] : JSON.parse(call.keywords),
          },
  };
}

const HOUR_TOTAL = HOURS.reduce((sum, weight) => sum + weight, 0);

function timeOfDay(random: () => number): number {
  let left = random() * HOUR_TOTAL;
  const hour = HOURS.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return Math.floor((hour + random()) * 3_600_000);
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function twoOf(random: () => number): string[] {
  const pick = () => KEYWORDS[Math.floor(random() ** 2 * KEYWORDS.length)] ?? "price";
  return [...new Set([pick(), pick()])];
}
