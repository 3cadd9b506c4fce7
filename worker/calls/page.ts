import * as v from "valibot";
import type { Call } from "./call.ts";

/** A call as it leaves the product. */
export interface CallView {
  readonly call_id: string;
  readonly revision: number;
  readonly team_id: string;
  readonly caller_id: string;
  readonly customer_ref: string | null;
  readonly direction: Call["direction"];
  readonly status: Call["status"];
  readonly started_at: string;
  readonly duration_s: number;
  readonly analysis: {
    readonly clarity: number | null;
    readonly proficiency: number | null;
    readonly volume: number | null;
    readonly sentiment: Call["sentiment"];
    readonly keywords: readonly string[];
  } | null;
}

/** A call without any analysis has null there, as it was sent. */
export function viewOf(call: Call): CallView {
  const { clarity, proficiency, volume, sentiment } = call;
  const analysed = [clarity, proficiency, volume, sentiment, call.keywords].some((value) => value !== null);
  return {
    call_id: call.call_id,
    revision: call.revision,
    team_id: call.team,
    caller_id: call.caller,
    customer_ref: call.customer_ref,
    direction: call.direction,
    status: call.status,
    started_at: new Date(call.started_at).toISOString(),
    duration_s: call.duration_s,
    analysis: analysed
      ? {
          clarity: scoreOf(clarity),
          proficiency: scoreOf(proficiency),
          volume: scoreOf(volume),
          sentiment,
          keywords: call.keywords === null ? [] : v.parse(v.array(v.string()), JSON.parse(call.keywords)),
        }
      : null,
  };
}

function scoreOf(hundredths: number | null): number | null {
  return hundredths === null ? null : hundredths / 100;
}

/** The call after which a page begins. */
export interface Cursor {
  readonly startedAt: number;
  readonly callId: string;
}

/** Opaque to clients; made of what the order is made of, so that new calls shift nothing. */
export function cursorAfter(call: Call): string {
  return btoa(`${call.started_at} ${call.call_id}`)
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export const CursorText = v.pipe(
  v.string(),
  v.maxLength(200, "is not a cursor of ours."),
  v.rawTransform<string, Cursor>(({ dataset, addIssue, NEVER }) => {
    const match = /^(\d{1,15}) ([A-Za-z0-9_.:-]{1,128})$/.exec(decoded(dataset.value));
    if (match?.[1] !== undefined && match[2] !== undefined) {
      return { startedAt: Number(match[1]), callId: match[2] };
    }
    addIssue({ message: "is not a cursor of ours." });
    return NEVER;
  }),
);

function decoded(text: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return "";
  return atob(text.replaceAll("-", "+").replaceAll("_", "/"));
}
