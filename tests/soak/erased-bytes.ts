import { createReadStream } from "node:fs";
import { type Database, openDatabase } from "../../db/client.ts";

/** Bytes that must not be found again, known by their first eight. */
export interface Sought {
  readonly first: Set<number>;
  readonly both: Set<number>;
}

const PAGE = 50_000;

/** The salts of all records in a log, as they are before an erasure. */
export async function saltsOf(address: Parameters<typeof openDatabase>[0], log: string): Promise<Sought> {
  const database: Database = openDatabase(address, 120_000);
  const sought: Sought = { first: new Set(), both: new Set() };
  for (let from = 0; ; from += PAGE) {
    const [found] = await database.read([
      {
        sql: "SELECT salt FROM consent_record WHERE log = ?1 AND idx >= ?2 AND idx < ?2 + ?3",
        args: [log, from, PAGE],
      },
    ]);
    const rows = found?.rows ?? [];
    for (const { salt } of rows) if (salt instanceof ArrayBuffer) seek(sought, Buffer.from(salt));
    if (rows.length === 0 && from > 0) return sought;
  }
}

function seek({ first, both }: Sought, bytes: Buffer): void {
  first.add(bytes.readUInt32BE(0));
  both.add(keyOf(bytes, 0));
}

/** 53 of the first 64 bits: as many as a number holds. */
function keyOf(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 2 ** 21 + (bytes.readUInt32BE(at + 4) >>> 11);
}

/** What is still in a file. */
export interface Traces {
  readonly salts: number;
  readonly records: number;
  /** Bare consent ids, as in the slack of an index page. */
  readonly ids: number;
}

/** How often a record's text, a consent id or one of the salts stands in a file, wherever. */
export async function tracesIn(path: string, sought: Sought): Promise<Traces> {
  const found = { salts: 0, records: 0, ids: 0 };
  let kept = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 16 * 2 ** 20 })) {
    const bytes = Buffer.concat([kept, chunk]);
    const end = bytes.length - OVERLAP;
    found.records += count(bytes, '"consent_id":"cns_', end);
    found.ids += count(bytes, "cns_", end);
    for (let at = 0; at < end; at += 1) {
      if (sought.first.has(bytes.readUInt32BE(at)) && sought.both.has(keyOf(bytes, at))) found.salts += 1;
    }
    kept = bytes.subarray(Math.max(0, end));
  }
  return found;
}

/** Longer than anything that is looked for, so that nothing is missed between two chunks. */
const OVERLAP = 32;

function count(bytes: Buffer, text: string, end: number): number {
  let found = 0;
  for (let at = bytes.indexOf(text); at !== -1 && at < end; at = bytes.indexOf(text, at + 1)) found += 1;
  return found;
}
