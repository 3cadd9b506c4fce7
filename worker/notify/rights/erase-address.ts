import { type Database, openDatabase } from "../../../db/client.ts";
import { auditEntry } from "../../accounts/audit.ts";
import { type Env, type Settings, settingsOf } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { suppressionDigest } from "./digest.ts";
import {
  type AddressErasure,
  type AddressKey,
  beginErasure,
  endErasure,
  eraseChunk,
  erasureById,
  nextChunk,
  openErasures,
  readChunk,
  readErasures,
} from "./queries.ts";

/** Letters looked at in one transaction: some 20 ms of the database's time. */
const CHUNK = 1000;
/** What one run does at most; the next goes on. */
const MAX_CHUNKS = 100;
const ERASURES = 20;

/**
 * Begins to erase what is kept of an address: subscriptions and their records at once, letters in chunks. Of a
 * suppression a digest stays. An account with that address is another matter.
 * @param now UTC milliseconds
 * @returns the erasure's id
 */
export async function eraseAddress(
  database: Database,
  { authSecret }: Pick<Settings, "authSecret">,
  key: AddressKey,
  actor: string,
  now: number,
): Promise<string> {
  // Other erasures' ids begin otherwise: by that it is found again.
  const id = `era_${crypto.randomUUID().replaceAll("-", "")}`;
  const digest = await suppressionDigest(authSecret, key.org, key.address);
  await database.write([
    ...beginErasure(key, { id, digest, now }),
    auditEntry({ id: `aud_${id}`, org: key.org, at: now, actor, action: "erasure.address", target: id }),
  ]);
  return id;
}

/** Goes on with every erasure that is open, after its order and on the schedule; broken off anywhere it goes on. */
export async function finishAddressErasures(env: Env): Promise<void> {
  const database = openDatabase(settingsOf(env).database);
  const [open] = await database.read([openErasures(ERASURES)]);
  for (const erasure of readErasures(open)) await goOn(database, erasure, MAX_CHUNKS);
}

/** @param chunks the most that is done now */
export async function goOn(database: Database, begun: AddressErasure, chunks: number): Promise<void> {
  let erasure: AddressErasure | undefined = begun;
  for (let done = 0; done < chunks && erasure !== undefined && erasure.address !== null; done += 1) {
    const [found] = await database.read([nextChunk(erasure.org, erasure.after, CHUNK)]);
    const chunk = readChunk(found);
    const now = Date.now();
    const step = chunk === null ? endErasure(erasure, now) : eraseChunk(erasure, chunk.until, chunk.n, now);
    const results = await database.write([...step, erasureById(erasure.org, erasure.id)]);
    [erasure] = readErasures(results.at(-1));
    // A letter is on its way: its end is waited for, not looked for again and again.
    if (chunk === null) return;
  }
}

/** How far an erasure is, in the words of all erasures; null where there is none. */
export async function addressErasure(database: Database, org: string, id: string): Promise<object | null> {
  const [found] = await database.read([erasureById(org, id)]);
  const [erasure] = readErasures(found);
  if (erasure === undefined) return null;
  const { processed, total, createdAt, finishedAt } = erasure;
  return {
    id,
    state: finishedAt === null ? "open" : "done",
    processed,
    total,
    created_at: formatInstant(createdAt),
    finished_at: finishedAt === null ? null : formatInstant(finishedAt),
    kind: "address",
    mode: null,
  };
}
