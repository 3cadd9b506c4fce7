import { decodeBase64, encodeBase64 } from "./base64.ts";
import { parseDecimal } from "./decimal.ts";
import { Refused } from "./refused.ts";
import { HASH_BYTES } from "./tree.ts";

/** The statement that a log signs (C2SP tlog-checkpoint), without extension lines. */
export interface Checkpoint {
  /** The log's URL prefix without scheme and trailing slash; also the name of its key. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text that is signed: three lines. */
export function renderCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** The statement in a note's text. @throws Refused for anything that `renderCheckpoint` would not have written */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = "", sizeText = "", rootText = "", rest, ...more] = text.split("\n");
  if (rest !== "" || more.length > 0 || origin === "") {
    throw new Refused("The checkpoint is not made of exactly three lines: origin, size, root.");
  }
  const size = parseDecimal(sizeText);
  if (size === null) throw new Refused("The checkpoint's size is not a whole number below 2^53.");
  const root = decodeBase64(rootText);
  if (root?.length !== HASH_BYTES) throw new Refused("The checkpoint's root is not 32 bytes of base64.");
  return { origin, size, root };
}
