/** What `/api/v1/live` says, after it was checked. */

/** One slot of half an hour: of a team, or of all teams where `team` is null. */
export interface SlotRow {
  readonly team: string | null;
  /** The slot's beginning, UTC milliseconds. */
  readonly start: number;
  readonly n: number;
  readonly connected: number;
  readonly missed: number;
  readonly declined: number;
  readonly talk_s: number;
}

/** What a caller is doing. */
export interface CallerState {
  readonly caller: string;
  readonly team: string;
  /** `on_call`, `wrap_up`, `available`, `paused`, `offline`, or a word that only a newer page knows. */
  readonly state: string;
  /** UTC milliseconds. */
  readonly since: number;
  readonly reason: string | null;
  /** Of the call in progress. */
  readonly direction: string | null;
}

export type LiveMessage =
  | {
      readonly type: "snapshot";
      readonly seq: number;
      /** The server's clock, UTC milliseconds. */
      readonly asOf: number;
      /** The local day in the organisation's zone, as `2026-11-24`. */
      readonly day: string;
      readonly rows: readonly SlotRow[];
      readonly states: readonly CallerState[];
    }
  | {
      readonly type: "delta";
      readonly seq: number;
      readonly rows: readonly SlotRow[];
      /** Whoever changed; who left the board is `offline`. */
      readonly states: readonly CallerState[];
    }
  | { readonly type: "beat"; readonly seq: number };

/** A message, or null for a type that this page does not know. @throws TypeError when a known one is malformed */
export function parseMessage(text: string): LiveMessage | null {
  const json: unknown = JSON.parse(text);
  if (!isRecord(json)) throw new TypeError("a live message is not an object");
  if (json.type === "snapshot") {
    return {
      type: "snapshot",
      seq: whole(json, "seq"),
      asOf: instant(json, "as_of"),
      day: day(json),
      rows: rows(json),
      states: states(json),
    };
  }
  if (json.type === "delta") {
    return { type: "delta", seq: whole(json, "seq"), rows: rows(json), states: states(json) };
  }
  if (json.type === "beat") return { type: "beat", seq: whole(json, "seq") };
  return null;
}

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(json: Json, field: string): Json[] {
  const all = json[field];
  if (!Array.isArray(all) || !all.every(isRecord)) throw malformed(field);
  return all;
}

function states(json: Json): CallerState[] {
  if (json.states === undefined) return [];
  return list(json, "states").map((row) => ({
    caller: word(row, "caller_id"),
    team: word(row, "team_id"),
    state: word(row, "state"),
    since: instant(row, "since"),
    reason: typeof row.reason === "string" ? row.reason : null,
    direction: isRecord(row.call) ? word(row.call, "direction") : null,
  }));
}

function word(json: Json, field: string): string {
  const value = json[field];
  if (typeof value !== "string") throw malformed(field);
  return value;
}

function rows(json: Json): SlotRow[] {
  return list(json, "rows").map((row) => {
    if (row.team !== null && typeof row.team !== "string") throw malformed("team");
    return {
      team: row.team,
      start: instant(row, "start"),
      n: whole(row, "n"),
      connected: whole(row, "connected"),
      missed: whole(row, "missed"),
      declined: whole(row, "declined"),
      talk_s: whole(row, "talk_s"),
    };
  });
}

function whole(json: Json, field: string): number {
  const value = json[field];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw malformed(field);
  return value;
}

function instant(json: Json, field: string): number {
  const value = json[field];
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw malformed(field);
  return at;
}

function day(json: Json): string {
  if (typeof json.day !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(json.day)) throw malformed("day");
  return json.day;
}

function malformed(field: string): TypeError {
  return new TypeError(`a live message has a malformed ${field}`);
}
