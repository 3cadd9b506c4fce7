import { decodeUtf8, sameBytes } from "../worker/ledger/bytes.ts";
import { type Checkpoint, parseCheckpoint } from "../worker/ledger/checkpoint.ts";
import { Refused } from "../worker/ledger/refused.ts";
import type { VerifierKey } from "../worker/ledger/signed-note.ts";
import { TILE_WIDTH } from "../worker/ledger/tiles.ts";
import { parseTlogProof, type TlogProof } from "../worker/ledger/tlog-proof.ts";
import { openReceipt, openWithAny } from "../worker/ledger/verify-receipt.ts";
import { checkConsistency } from "./check-consistency.ts";
import type { LogReader } from "./log-reader.ts";
import { type ProveEntry, watchTag } from "./watch-tag.ts";

/** What one look at a log found to be in order. */
export interface Observation {
  /** Signed, verbatim: to be kept until the next look. */
  readonly checkpoint: string;
  readonly origin: string;
  readonly size: number;
  /** Receipts that were fetched and verified. */
  readonly sampled: number;
  /** Sites whose live tag was fetched and found in the log. */
  readonly sites: readonly string[];
}

/** Whose tags are looked at: those that the log names, and these. */
export interface TagOptions {
  readonly sites: readonly string[];
  readonly patienceMs: number;
}

/** The log contradicts itself. What it signed is kept: two such notes prove it to anybody. */
export class Contradiction extends Refused {
  readonly notes: readonly string[];

  constructor(message: string, notes: readonly string[]) {
    super(message);
    this.notes = notes;
  }
}

/**
 * Looks at a log as somebody who was there before: its newest checkpoint is signed, continues the one
 * that was kept, and randomly chosen entries (half of them new ones) have receipts that hold. What its
 * sites serve to their visitors is in it.
 * @param keys any of them may have signed: around a rotation there are two
 * @param kept the checkpoint of the last look, which was verified then; null on the first
 * @throws Contradiction, Refused for what does not hold, Unreachable where nothing can be said
 */
export async function watchLog(
  log: LogReader,
  keys: readonly VerifierKey[],
  kept: string | null,
  samples: number,
  tags: TagOptions = { sites: [], patienceMs: 0 },
): Promise<Observation> {
  const note = decodeUtf8(await log.checkpoint());
  if (note === null) throw new Refused("The checkpoint is not UTF-8 text.");
  const now = await openWithAny(note, keys);
  const old = kept === null ? null : parseCheckpoint(kept.slice(0, kept.indexOf("\n\n") + 1));
  if (old !== null && kept !== null) await requireContinued(log, old, now, [kept, note]);
  const newest = { checkpoint: now, note };
  const chosen = chooseEntries(old?.size ?? 0, now.size, samples);
  for (const index of chosen) await checkEntry(log, keys, index, newest);
  const sites = [...new Set([...(await log.sites()), ...tags.sites])];
  const prove: ProveEntry = async (index, entry) => {
    const receipt = await openReceiptOf(log, keys, index, newest);
    if (!sameBytes(receipt.extra, entry)) throw new Refused(`Entry ${index} is not what the log says it is.`);
  };
  for (const site of sites) await watchTag({ log, prove, patienceMs: tags.patienceMs }, site);
  return { checkpoint: note, origin: now.origin, size: now.size, sampled: chosen.length, sites };
}

async function requireContinued(
  log: LogReader,
  old: Checkpoint,
  now: Checkpoint,
  notes: readonly string[],
): Promise<void> {
  if (old.origin !== now.origin) {
    throw new Refused(`The kept checkpoint is of ${old.origin}, this log is ${now.origin}.`);
  }
  if (now.size < old.size) {
    throw new Contradiction(
      `The log went back: it had signed ${old.size} entries and now signs ${now.size}.`,
      notes,
    );
  }
  if (now.size === old.size) {
    if (sameBytes(now.root, old.root)) return;
    throw new Contradiction(`The log signed two different trees of ${now.size} entries.`, notes);
  }
  await contradictionUnless(checkConsistency(log, old, now), notes);
}

/** A refusal of consistency is a contradiction between signed notes; a log that is silent is not. */
async function contradictionUnless(check: Promise<void>, notes: readonly string[]): Promise<void> {
  try {
    await check;
  } catch (error) {
    if (error instanceof Refused && error.constructor === Refused) {
      throw new Contradiction(error.message, notes);
    }
    throw error;
  }
}

interface Newest {
  readonly checkpoint: Checkpoint;
  readonly note: string;
}

/** The receipt of one entry, consistent with what the log signed a moment ago. */
async function openReceiptOf(
  log: LogReader,
  keys: readonly VerifierKey[],
  index: number,
  { checkpoint: now, note }: Newest,
): Promise<TlogProof> {
  const file = await log.receipt(index);
  const receipt = parseTlogProof(file);
  if (receipt.index !== index) {
    throw new Refused(`The receipt of entry ${index} is of entry ${receipt.index}.`);
  }
  const signed = await openWithAny(receipt.checkpoint, keys);
  openReceipt(receipt, signed);
  const [older, newer] = signed.size < now.size ? [signed, now] : [now, signed];
  await requireContinued(log, older, newer, [note, receipt.checkpoint]);
  return receipt;
}

/** Receipt and bundle of one entry. */
async function checkEntry(
  log: LogReader,
  keys: readonly VerifierKey[],
  index: number,
  newest: Newest,
): Promise<void> {
  const receipt = await openReceiptOf(log, keys, index, newest);
  const now = newest.checkpoint;
  const n = Math.floor(index / TILE_WIDTH);
  const bundle = await log.entries(n, Math.min(TILE_WIDTH, now.size - n * TILE_WIDTH));
  const served = bundle[index - n * TILE_WIDTH];
  if (served === undefined || !sameBytes(served, receipt.extra)) {
    throw new Refused(`Entry ${index} in the bundle is not the one in its receipt.`);
  }
}

/** Half among what is new, half among everything; each once. */
function chooseEntries(oldSize: number, size: number, count: number): number[] {
  const chosen = new Set<number>();
  if (size === 0) return [];
  for (let i = 0; i < count; i += 1) {
    const first = i % 2 === 0 && oldSize < size ? oldSize : 0;
    chosen.add(first + Math.floor(Math.random() * (size - first)));
  }
  return [...chosen];
}
