import { type ConsentBody, plainJson, randomToken } from "./choice.ts";
import { request } from "./network.ts";
import { attempt, storage } from "./store.ts";

/** Its value is the Idempotency-Key, a new line, and the body. */
export const UNSENT = "c360_unsent";

/** The 201 answer to a recorded choice. */
export interface Recorded {
  readonly consent_id: string;
  readonly index: number;
  readonly record: unknown;
  /** Standard base64 of 32 bytes. */
  readonly salt: string;
  /** Path of the `.tlog-proof` on the tag's host. */
  readonly receipt: string;
}

export type Delivery =
  | { readonly state: "waiting" }
  | { readonly state: "recorded"; readonly answer: Recorded }
  | { readonly state: "refused"; readonly status: number };

export interface LedgerQueue {
  /** Tells the ledger, now or as soon as it can be reached; an older unsent choice is replaced. */
  send(body: ConsentBody): void;
  /** Goes on with what an earlier page could not send. @returns whether there was something */
  resume(): boolean;
}

/**
 * Keeps the newest choice until the ledger acknowledged it: first to storage, then the network,
 * again with the same Idempotency-Key until there is an answer.
 * @param url the consent route of the site
 * @param report hears each change of the newest choice's fate
 */
export function createLedgerQueue(url: string, report: (delivery: Delivery) => void): LedgerQueue {
  const place = storage("local");
  const read = () => attempt(() => place?.getItem(UNSENT)) ?? "";
  let unsent = read();
  let underWay = "";
  let failures = 0;
  let timer = 0;

  const keep = (next: string) => {
    unsent = next;
    attempt(() => place?.setItem(UNSENT, next));
  };
  const drop = (sent: string) => {
    unsent = "";
    // Another tab may have put a newer choice there.
    if (read() === sent) place?.removeItem(UNSENT);
  };

  const deliver = async () => {
    clearTimeout(timer);
    const item = unsent;
    if (!item || item === underWay) return;
    underWay = item;
    const [key, body = ""] = item.split("\n");
    const outcome = await post(`${url}?key=${key}`, body);
    if (underWay === item) underWay = "";
    // A newer choice took its place meanwhile: this answer is history.
    if (unsent !== item) return;
    if (outcome.state !== "waiting") drop(item);
    else timer = window.setTimeout(deliver, Math.min(60, 2 ** ++failures) * (500 + Math.random() * 500));
    report(outcome);
  };

  addEventListener("online", deliver);
  addEventListener("pagehide", deliver);

  return {
    send(body) {
      failures = 0;
      keep(`${randomToken(24)}\n${plainJson(body)}`);
      // Kept it is; on its way it goes once the page shows what the visitor chose, or is left.
      timer = window.setTimeout(deliver, 40);
    },
    resume() {
      deliver();
      return unsent !== "";
    },
  };
}

/** A simple request (text/plain, key in the query): no preflight, so it also survives a closing tab. */
async function post(url: string, body: string): Promise<Delivery> {
  try {
    const response = await request(url, { method: "POST", body, keepalive: true });
    if (response.ok) return { state: "recorded", answer: await response.json() };
    const { status } = response;
    if (status < 500 && ![408, 425, 429].includes(status)) return { state: "refused", status };
  } catch {
    // No network, or cut off within the answer: the same key asks again later.
  }
  return { state: "waiting" };
}
