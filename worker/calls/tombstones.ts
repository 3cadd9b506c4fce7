import type { ResultSet } from "@libsql/client/web";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Statement } from "../../db/client.ts";
import type { Call } from "./call.ts";
import type { Refusal } from "./judge.ts";
import { numberOrNullAt, packedRows, textAt, textOrNullAt } from "./packed-rows.ts";
import { type TombstoneRow, tombstonesByMac } from "./tombstone-queries.ts";

/** What a tombstone stands for: a call, or a person's calls. */
export type Buried = "call" | "customer" | "caller";

const MAC_BYTES = 16;

/**
 * The name of what was removed, which only somebody who already knows the id can find: the first 16
 * bytes of HMAC-SHA-256(key, kind ‖ \n ‖ id), in lower-case hex. `key` is the organisation's own.
 */
export function macOf(key: Uint8Array, kind: Buried, id: string): string {
  const keyed = begun.get(key) ?? hmac.create(sha256, key);
  begun.set(key, keyed);
  const mac = keyed
    .clone()
    .update(utf8ToBytes(`${kind}\n${id}`))
    .digest();
  return bytesToHex(mac.subarray(0, MAC_BYTES));
}

/** Half of the work of a MAC is the same for every id. */
const begun = new WeakMap<Uint8Array, ReturnType<typeof hmac.create>>();

/** @throws Error where there is none: it is made with an organisation's first tombstone */
export function keyOf(key: Uint8Array | null): Uint8Array {
  if (key === null) throw new Error("the organisation's tombstones have no key");
  return key;
}

/** 32 random bytes, made with an organisation's first tombstone. */
export function newTombstoneKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}

interface Tombstone {
  readonly kind: string;
  readonly before: number | null;
  readonly alias: string | null;
}

/** The tombstones that lie on a group of events. */
export class Tombstones {
  readonly #key: Uint8Array | null;
  readonly #found: ReadonlyMap<string, Tombstone>;

  readonly #stripped: TombstoneRow[] = [];

  private constructor(key: Uint8Array | null, found: ReadonlyMap<string, Tombstone>) {
    this.#key = key;
    this.#found = found;
  }

  /** @param key null while the organisation has none: then there is nothing to look for */
  static question(org: string, key: Uint8Array | null, events: readonly Call[]): Statement {
    const macs = key === null ? new Set<string>() : new Set(events.flatMap((event) => macsOf(key, event)));
    return tombstonesByMac(org, [...macs]);
  }

  static read(key: Uint8Array | null, result: ResultSet): Tombstones {
    const rows = packedRows(result).map((row): [string, Tombstone] => [
      textAt(row, 0),
      { kind: textAt(row, 1), before: numberOrNullAt(row, 2), alias: textOrNullAt(row, 3) },
    ]);
    return new Tombstones(key, new Map(rows));
  }

  /**
   * To be laid with what was sifted: a call that lost its customer on its way in stays without words, even
   * when its next correction does not say whose it was.
   */
  get stripped(): readonly TombstoneRow[] {
    return this.#stripped;
  }

  /** The event as it may be stored: without what was erased, or not at all. */
  sift(event: Call): Call | Refusal {
    const key = this.#key;
    if (key === null || this.#found.size === 0) return event;
    const of = (kind: Buried, id: string) => this.#found.get(macOf(key, kind, id));
    const call = of("call", event.call_id);
    if (call?.kind === "call") return "gone";
    const caller = of("caller", event.caller);
    const callerErased = covers(caller, event);
    if (callerErased && caller?.alias === null) return "gone";
    const customer = event.customer_ref === null ? undefined : of("customer", event.customer_ref);
    if (covers(customer, event)) {
      const mac = macOf(key, "call", event.call_id);
      this.#stripped.push({ mac, kind: "stripped", before: null, alias: null });
    }
    return {
      ...event,
      ...(callerErased ? { caller: caller?.alias ?? event.caller } : {}),
      ...(call?.kind === "stripped" || covers(customer, event) ? { customer_ref: null, keywords: null } : {}),
    };
  }
}

function covers(tombstone: Tombstone | undefined, event: Call): boolean {
  return tombstone !== undefined && event.started_at < (tombstone.before ?? 0);
}

function macsOf(key: Uint8Array, event: Call): string[] {
  return [
    macOf(key, "call", event.call_id),
    macOf(key, "caller", event.caller),
    ...(event.customer_ref === null ? [] : [macOf(key, "customer", event.customer_ref)]),
  ];
}
