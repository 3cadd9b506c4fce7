import type { Database } from "../../db/client.ts";
import { type Checkpoint, renderCheckpoint } from "./checkpoint.ts";
import { type Head, head, insertEmptyHead, readHead } from "./queries.ts";
import { type Signer, signNote } from "./signed-note.ts";
import { EMPTY_ROOT } from "./tree.ts";

/**
 * A head with its checkpoint signed by every signer, all of one log. Ed25519 is deterministic: the same
 * tree gives the same bytes.
 */
export async function signHead(
  { size, root }: Omit<Checkpoint, "origin">,
  signers: readonly Signer[],
): Promise<Head> {
  const [first] = signers;
  if (first === undefined) throw new RangeError("a checkpoint needs a signer");
  const text = renderCheckpoint({ origin: first.name, size, root });
  return { size, root, checkpoint: await signNote(text, ...signers) };
}

/** Signs and stores the first checkpoint of a log that has none. Any isolate may: all sign the same bytes. */
export async function openHead(database: Database, log: string, signers: readonly Signer[]): Promise<Head> {
  const empty = await signHead({ size: 0, root: EMPTY_ROOT }, signers);
  const [, present] = await database.write([insertEmptyHead(log, empty), head(log)]);
  return readHead(present) ?? empty;
}
