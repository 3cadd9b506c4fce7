import { type ConsentBody, randomToken } from "./choice.ts";
import { storage } from "./store.ts";

const PLACE = "c360_unsent";

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

interface Unsent {
  readonly key: string;
  readonly body: string;
}

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
  let unsent: Unsent | null = read(place);
  let underWay = "";
  let failures = 0;
  let timer = 0;

  const keep = (next: Unsent) => {
    unsent = next;
    try {
      place?.setItem(PLACE, JSON.stringify(next));
    } catch {
      // Storage is full: the queue then lives as long as the page.
    }
  };
  const drop = ({ key }: Unsent) => {
    unsent = null;
    // Another tab may have put a newer choice there.
    if (read(place)?.key === key) place?.removeItem(PLACE);
  };

  const deliver = async () => {
    clearTimeout(timer);
    const item = unsent;
    if (!item || item.key === underWay) return;
    underWay = item.key;
    const outcome = await post(`${url}?key=${item.key}`, item.body);
    if (underWay === item.key) underWay = "";
    // A newer choice took its place meanwhile: this answer is history.
    if (unsent?.key !== item.key) return;
    if (outcome.state !== "waiting") drop(item);
    else timer = window.setTimeout(deliver, Math.min(60, 2 ** ++failures) * (500 + Math.random() * 500));
    report(outcome);
  };

  addEventListener("online", deliver);

  return {
    send(body) {
      failures = 0;
      keep({ key: randomToken(24), body: JSON.stringify(body) });
      deliver();
    },
    resume() {
      deliver();
      return unsent !== null;
    },
  };
}

/** A simple request (text/plain, key in the query): no preflight, so it also survives a closing tab. */
async function post(url: string, body: string): Promise<Delivery> {
  try {
    const response = await fetch(url, { method: "POST", body, keepalive: true, credentials: "omit" });
    if (response.ok) return { state: "recorded", answer: await response.json() };
    const { status } = response;
    if (status < 500 && ![408, 425, 429].includes(status)) return { state: "refused", status };
  } catch {
    // No network, or cut off within the answer: the same key asks again later.
  }
  return { state: "waiting" };
}

function read(place: Storage | null): Unsent | null {
  try {
    const { key, body } = JSON.parse(place?.getItem(PLACE) ?? "");
    return typeof key === "string" && typeof body === "string" ? { key, body } : null;
  } catch {
    return null;
  }
}
