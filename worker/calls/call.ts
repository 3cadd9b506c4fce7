/** One call as it is stored: the newest revision known. */
export interface Call {
  readonly call_id: string;
  readonly revision: number;
  readonly team: string;
  readonly caller: string;
  readonly customer_ref: string | null;
  readonly direction: "inbound" | "outbound";
  readonly status: "connected" | "missed" | "declined";
  /** UTC ms. */
  readonly started_at: number;
  readonly duration_s: number;
  /** Scores are hundredths, 0–10,000. */
  readonly clarity: number | null;
  readonly proficiency: number | null;
  readonly volume: number | null;
  readonly sentiment: "positive" | "neutral" | "negative" | null;
  /** A JSON array of distinct strings, or null for none. */
  readonly keywords: string | null;
}

/** A call that was written, with what stood there before. */
export interface Change {
  readonly before: Call | null;
  readonly after: Call;
}
