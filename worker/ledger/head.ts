import type { Database } from "../../db/client.ts";
import { type Checkpoint, renderCheckpoint } from "./checkpoint.ts";
import { type Head, head, insertEmptyHead, readHead } from "./queries.ts";
import { type Signer, signNote } from "./signed-note.ts";
import { EMPTY_ROOT } from "./tree.ts";

/** A head with its checkpoint signed. Ed25519 is deterministic: the same tree gives the same bytes. */
export async function signHead(tree: Omit<Checkpoint, "origin">, signer: Signer): Promise<Head> {
  return { ...tree, checkpoint: await signNote(renderCheckpoint({ origin: signer.name, ...tree }), signer) };
}

/** Signs and stores the first checkpoint of a log that has none. Any isolate may: all sign the same bytes. */
export async function openHead(database: Database, log: string, signer: Signer): Promise<Head> {
  const empty = await signHead({ size: 0, root: EMPTY_ROOT }, signer);
  const [, present] = await database.write([insertEmptyHead(log, empty), head(log)]);
  return readHead(present) ?? empty;
}
