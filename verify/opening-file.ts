import { decodeUtf8 } from "../worker/ledger/bytes.ts";
import { Refused } from "../worker/ledger/refused.ts";
import type { Opening } from "../worker/ledger/verify-receipt.ts";
import { Misuse } from "./misuse.ts";

/**
 * The record and salt in a saved answer to a consent, or in a saved record beside `--salt`.
 * @throws Refused when the file contradicts itself or is not JSON, Misuse when there is no salt
 */
export function readOpening(file: Uint8Array, salt: string | undefined): Opening {
  const json = parse(file);
  const record = json.record;
  if (!isObject(record)) {
    if ("salt" in json) throw new Refused("The file has a salt but no record.");
    if (salt === undefined) throw new Misuse("--salt is missing, and the file is a record alone.");
    return { record: json, salt };
  }
  const { index, receipt } = json;
  const ownSalt = typeof json.salt === "string" ? json.salt : undefined;
  if (salt !== undefined && ownSalt !== undefined && salt !== ownSalt) {
    throw new Refused("The salt in the file is not the one given with --salt.");
  }
  if (json.consent_id !== undefined && json.consent_id !== record.consent_id) {
    throw new Refused("The file names another consent_id than its record.");
  }
  if (index !== undefined && typeof index !== "number")
    throw new Refused("The file's index is not a number.");
  if (
    index !== undefined &&
    typeof receipt === "string" &&
    !receipt.endsWith(`/receipt/${index}.tlog-proof`)
  ) {
    throw new Refused("The file names a receipt of another index.");
  }
  const used = salt ?? ownSalt;
  if (used === undefined) throw new Refused("The file has a record but no salt to open its entry with.");
  return { record, salt: used, ...(index === undefined ? {} : { index }) };
}

type Json = { readonly [name: string]: unknown };

function parse(file: Uint8Array): Json {
  const text = decodeUtf8(file);
  if (text === null) throw new Refused("The record is not UTF-8 text.");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Refused(`The record is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (!isObject(json)) throw new Refused("The record is not a JSON object.");
  return json;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
