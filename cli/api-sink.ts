import * as v from "valibot";
import type { ImportRecord } from "../worker/calls/import-record.ts";
import type { CallsSink, Event, Taken } from "./calls-sink.ts";
import { Unfinished } from "./misuse.ts";

/** What one request may carry. */
const EVENTS = 1000;
const BYTES = 2 * 1024 * 1024;
const ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 10_000;
const TIMEOUT_MS = 60_000;

const Receipt = v.object({
  accepted: v.number(),
  duplicate: v.number(),
  stale: v.number(),
  rejected: v.array(
    v.object({
      index: v.number(),
      detail: v.string(),
      errors: v.array(v.object({ pointer: v.string(), detail: v.string() })),
    }),
  ),
});
const Refusal = v.object({ detail: v.string() });

/** Sends through `POST /api/v1/calls` of any deployment, several requests at a time. */
export function openApiSink(url: string, key: string): CallsSink {
  return new ApiSink(url, key);
}

class ApiSink implements CallsSink {
  readonly name: string;
  readonly batchesUnderWay = 4;
  readonly #address: string;
  readonly #key: string;
  readonly #underWay = new Map<Promise<Taken>, ReadonlySet<unknown>>();

  constructor(url: string, key: string) {
    this.name = url;
    this.#address = `${url}/api/v1/calls`;
    this.#key = key;
  }

  batchSize(): number {
    return EVENTS;
  }

  async record(upload: ImportRecord): Promise<void> {
    await this.#insist(`${this.#address}/imports`, JSON.stringify(upload));
  }

  /** Of two rows of one call the first in the file counts, so those are never under way together. */
  async store(events: readonly Event[]): Promise<Taken> {
    const ids = new Set(events.map((event) => event.call_id));
    for (const [other, theirs] of this.#underWay) if (!ids.isDisjointFrom(theirs)) await other;
    const sent = this.#send(events);
    this.#underWay.set(sent, ids);
    try {
      return await sent;
    } finally {
      this.#underWay.delete(sent);
    }
  }

  async #send(events: readonly Event[]): Promise<Taken> {
    const body = JSON.stringify({ events });
    if (events.length > 1 && Buffer.byteLength(body) > BYTES) {
      const half = events.length >> 1;
      const first = await this.#send(events.slice(0, half));
      return sum(first, await this.#send(events.slice(half)), half);
    }
    return v.parse(Receipt, JSON.parse(await this.#insist(this.#address, body)));
  }

  /** Sends until it is taken. @returns the answer's body @throws Unfinished when it is not taken */
  async #insist(address: string, body: string): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#post(address, body);
      if (answer.done) return answer.text;
      if (!answer.again || attempt === ATTEMPTS) {
        throw new Unfinished(
          `${this.name} did not take the calls: ${answer.reason} Run the same command again to go on.`,
        );
      }
      const pause = Math.max(answer.pauseMs, 100 * 2 ** attempt);
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, LONGEST_PAUSE_MS)));
    }
  }

  async #post(address: string, body: string): Promise<Posted> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(address, {
        method: "POST",
        headers: { authorization: `Bearer ${this.#key}`, "content-type": "application/json" },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
    } catch (error) {
      // Whether it was stored is unknown; sent again it is a duplicate at worst.
      return { done: false, again: true, reason: `it does not answer (${String(error)}).`, pauseMs: 0 };
    }
    if (response.ok) return { done: true, text };
    const again = response.status === 429 || response.status >= 500;
    const pauseMs = Number(response.headers.get("retry-after") ?? "0") * 1000 || 0;
    return { done: false, again, reason: `${response.status}: ${detailOf(text)}`, pauseMs };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay.keys());
  }
}

type Posted =
  | { readonly done: true; readonly text: string }
  | { readonly done: false; readonly again: boolean; readonly reason: string; readonly pauseMs: number };

function sum(first: Taken, second: Taken, offset: number): Taken {
  return {
    accepted: first.accepted + second.accepted,
    duplicate: first.duplicate + second.duplicate,
    stale: first.stale + second.stale,
    rejected: [...first.rejected, ...second.rejected.map((one) => ({ ...one, index: one.index + offset }))],
  };
}

function detailOf(text: string): string {
  try {
    return v.parse(Refusal, JSON.parse(text)).detail;
  } catch {
    return "an answer that is not this product's.";
  }
}
