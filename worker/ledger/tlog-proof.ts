import { decodeBase64, encodeBase64 } from "./base64.ts";
import { decodeUtf8 } from "./bytes.ts";
import { parseDecimal } from "./decimal.ts";
import { Refused } from "./refused.ts";
import { HASH_BYTES } from "./tree.ts";

/** A receipt: C2SP tlog-proof whose `extra` is the leaf itself. */
export interface TlogProof {
  /** Proves nothing by itself: the verifier hashes it as the leaf. */
  readonly extra: Uint8Array;
  readonly index: number;
  /** The leaf's sibling first. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
}

const HEADER = "c2sp.org/tlog-proof@v1";
/** A tree of 2^53 leaves is 53 levels high. */
const MAX_HASHES = 53;

export function renderTlogProof({ extra, index, proof, checkpoint }: TlogProof): string {
  const hashes = proof.map((hash) => `${encodeBase64(hash)}\n`).join("");
  return `${HEADER}\nextra ${encodeBase64(extra)}\nindex ${index}\n${hashes}\n${checkpoint}`;
}

/** @throws Refused for any byte sequence that `renderTlogProof` would not have written */
export function parseTlogProof(file: Uint8Array): TlogProof {
  const text = decodeUtf8(file);
  if (text === null) throw new Refused("The file is not UTF-8 text.");
  const split = text.indexOf("\n\n");
  if (split < 0) throw new Refused("The file is not a receipt: it has no checkpoint.");
  const [header, extraLine = "", indexLine = "", ...hashLines] = text.slice(0, split).split("\n");
  if (header !== HEADER) throw new Refused(`The file is not a receipt: its first line is not ${HEADER}.`);
  const extra = extraLine.startsWith("extra ") ? decodeBase64(extraLine.slice(6)) : null;
  if (extra === null) throw new Refused("The receipt's second line is not its entry in canonical base64.");
  const index = indexLine.startsWith("index ") ? parseDecimal(indexLine.slice(6)) : null;
  if (index === null) throw new Refused("The receipt's third line is not the entry's index.");
  if (hashLines.length > MAX_HASHES)
    throw new Refused("The receipt's proof is longer than any tree is high.");
  const proof = hashLines.map((line) => {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES) {
      throw new Refused("A line of the receipt's proof is not 32 bytes of canonical base64.");
    }
    return hash;
  });
  return { extra, index, proof, checkpoint: text.slice(split + 2) };
}
