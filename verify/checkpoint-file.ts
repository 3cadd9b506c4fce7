import { readFile } from "node:fs/promises";
import { decodeUtf8 } from "../worker/ledger/bytes.ts";
import type { Checkpoint } from "../worker/ledger/checkpoint.ts";
import { Refused } from "../worker/ledger/refused.ts";
import type { VerifierKey } from "../worker/ledger/signed-note.ts";
import { openCheckpoint } from "../worker/ledger/verify-receipt.ts";
import { Misuse } from "./misuse.ts";

/** @throws Misuse when there is no such file */
export async function readNamedFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Misuse(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws Refused unless these bytes are a checkpoint of the log, signed by its key */
export async function readCheckpoint(bytes: Uint8Array, key: VerifierKey): Promise<Checkpoint> {
  const note = decodeUtf8(bytes);
  if (note === null) throw new Refused("The checkpoint is not UTF-8 text.");
  return openCheckpoint(note, key);
}
