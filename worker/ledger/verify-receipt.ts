import { decodeBase64 } from "./base64.ts";
import { sameBytes } from "./bytes.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { commitmentOf, type Leaf, parseLeaf, SALT_BYTES } from "./leaf.ts";
import { provesInclusion } from "./proofs.ts";
import { Refused } from "./refused.ts";
import { NotSigned, openNote, parseVkey, type VerifierKey } from "./signed-note.ts";
import { parseTlogProof, type TlogProof } from "./tlog-proof.ts";
import { leafHash } from "./tree.ts";

/** The private record behind a commitment and the salt that opens it, in canonical base64. */
export interface Opening {
  readonly record: unknown;
  readonly salt: string;
  /** Where the log's answer said that the record stands. */
  readonly index?: number;
}

/** What a receipt proves, or the plain sentence why it proves nothing. */
export type ReceiptVerdict =
  | {
      readonly verified: true;
      readonly checkpoint: Checkpoint;
      readonly index: number;
      /** Null for an entry of a kind that this version does not know; it is in the log all the same. */
      readonly leaf: Leaf | null;
      /** True when the record was handed in and is the one that the entry commits to. */
      readonly opened: boolean;
    }
  | { readonly verified: false; readonly reason: string };

/**
 * Checks a `.tlog-proof` file against a log's verification key, without any network; with an opening,
 * also that the entry commits to exactly this record.
 * @param vkeys the key; or several, any of which may have signed (those of a log that was rotated)
 */
export async function verifyReceipt(
  file: Uint8Array,
  vkeys: string | readonly string[],
  opening?: Opening,
): Promise<ReceiptVerdict> {
  try {
    const keys = typeof vkeys === "string" ? [vkeys] : vkeys;
    return await check(file, keys.map(parseVkey), opening);
  } catch (error) {
    if (error instanceof Refused) return { verified: false, reason: error.message };
    throw error;
  }
}

async function check(
  file: Uint8Array,
  keys: readonly VerifierKey[],
  opening: Opening | undefined,
): Promise<ReceiptVerdict> {
  const receipt = parseTlogProof(file);
  const checkpoint = await openWithAny(receipt.checkpoint, keys);
  openReceipt(receipt, checkpoint);
  const { index, extra } = receipt;
  const leaf = parseLeaf(extra);
  if (opening !== undefined) requireOpening(leaf, index, opening);
  return { verified: true, checkpoint, index, leaf, opened: opening !== undefined };
}

/** The checkpoint in a note that one of these keys signed. @throws Refused */
export async function openWithAny(note: string, keys: readonly VerifierKey[]): Promise<Checkpoint> {
  let refusal = new Refused("No verification key was given.");
  for (const key of keys) {
    try {
      return await openCheckpoint(note, key);
    } catch (error) {
      if (!(error instanceof NotSigned)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** @throws Refused unless the receipt's entry is in the tree that its opened checkpoint states */
export function openReceipt({ index, proof, extra }: TlogProof, checkpoint: Checkpoint): void {
  if (!provesInclusion(index, checkpoint.size, leafHash(extra), proof, checkpoint.root)) {
    throw new Refused(
      "The entry is not in the signed tree at this index: entry, index or proof was changed.",
    );
  }
}

/** The checkpoint in a note that the log's key signed, and that is about this log. @throws Refused */
export async function openCheckpoint(note: string, key: VerifierKey): Promise<Checkpoint> {
  const checkpoint = parseCheckpoint(await openNote(note, key));
  if (checkpoint.origin !== key.name)
    throw new Refused("The checkpoint is signed by the key but of another log.");
  return checkpoint;
}

function requireOpening(leaf: Leaf | null, index: number, opening: Opening): void {
  if (leaf === null || !("commitment" in leaf)) {
    throw new Refused("The entry in the receipt is not one that commits to a private record.");
  }
  const salt = decodeBase64(opening.salt);
  if (salt?.length !== SALT_BYTES) throw new Refused("The salt is not 32 bytes of canonical base64.");
  if (opening.index !== undefined && opening.index !== index) {
    throw new Refused(`The record says that it is entry ${opening.index}, the receipt is of entry ${index}.`);
  }
  if (!commitsTo(opening.record, salt, leaf.commitment)) {
    throw new Refused("The record and salt are not what the entry commits to: one of them was changed.");
  }
}

function commitsTo(record: unknown, salt: Uint8Array, commitment: Uint8Array): boolean {
  try {
    return sameBytes(commitmentOf(record, salt), commitment);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
