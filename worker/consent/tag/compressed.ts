import { brotliCompressSync, constants } from "node:zlib";
import { sha256 } from "@noble/hashes/sha2.js";
import type { AppContext } from "../../http/app-env.ts";
import { encodeHex, utf8 } from "../../ledger/bytes.ts";
import { compressedForm, readCompressed, storeCompressed } from "../sites/queries.ts";
import type { Script } from "./serve-script.ts";

/** What this isolate compressed or read, by the SHA-256 of its content; oldest out first. */
const known = new Map<string, Script>();
const KNOWN_SIZE = 200;

/**
 * A text with its brotli form, at the highest quality. Whoever needs it first compresses it, which is the
 * publication itself where nobody is faster; then it is stored for every isolate.
 * @param form names what the text is of its site: a later text takes the place of an earlier one
 */
export async function compressed(c: AppContext, site: string, form: string, text: string): Promise<Script> {
  const identity = utf8(text);
  const hash = encodeHex(sha256(identity));
  const earlier = known.get(hash);
  if (earlier !== undefined) return earlier;
  const [found] = await c.get("database").read([compressedForm(site, form, hash)]);
  const stored = readCompressed(found);
  const script = { hash, identity, brotli: stored ?? brotliOf(identity) };
  if (stored === null) {
    c.executionCtx.waitUntil(c.get("database").write([storeCompressed(site, form, hash, script.brotli)]));
  }
  known.set(hash, script);
  const oldest = known.keys().next();
  if (known.size > KNOWN_SIZE && !oldest.done) known.delete(oldest.value);
  return script;
}

function brotliOf(identity: Uint8Array): Uint8Array {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: identity.byteLength,
  };
  return new Uint8Array(brotliCompressSync(identity, { params }));
}
