import { ProtocolError } from "./errors.ts";
import type { SqlValue } from "./native.ts";

/** A value in Hrana's JSON: integers as decimal strings, blobs in base64. */
type HranaValue =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: unknown }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "blob"; readonly base64: string };

const MIN_INTEGER = -(2n ** 63n);
const MAX_INTEGER = 2n ** 63n - 1n;
const INTEGER = /^[+-]?[0-9]{1,19}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @throws ProtocolError */
export function valueFromHrana(value: unknown): SqlValue {
  if (typeof value !== "object" || value === null || !("type" in value)) {
    throw new ProtocolError("a value must be an object with a `type`");
  }
  switch (value.type) {
    case "null":
      return null;
    case "integer":
      if ("value" in value && typeof value.value === "string") return integer(value.value);
      throw new ProtocolError("an integer must be a decimal string");
    case "float":
      if ("value" in value && typeof value.value === "number") return value.value;
      throw new ProtocolError("a float must be a number");
    case "text":
      if ("value" in value && typeof value.value === "string") return value.value;
      throw new ProtocolError("a text must be a string");
    case "blob":
      if ("base64" in value && typeof value.base64 === "string") return blob(value.base64);
      throw new ProtocolError("a blob must be a base64 string");
    default:
      throw new ProtocolError("Value type not recognized");
  }
}

function integer(text: string): bigint {
  const value = INTEGER.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < MIN_INTEGER || value > MAX_INTEGER) {
    throw new ProtocolError("an integer must be a decimal string of a signed 64-bit number");
  }
  return value;
}

/** Padding may be there or not. */
function blob(text: string): Uint8Array {
  const unpadded = text.replace(/=+$/, "");
  if (!BASE64.test(text) || unpadded.length % 4 === 1) throw new ProtocolError("invalid base64");
  return Buffer.from(unpadded, "base64");
}

/** Newer than TypeScript's library: a number's JSON text, as it is. */
const rawJson: (text: string) => unknown = Reflect.get(JSON, "rawJSON");

/** JSON has no infinity, but a number beyond every double is read as one. */
function float(value: number): unknown {
  return Number.isFinite(value) ? value : rawJson(value > 0 ? "1e999" : "-1e999");
}

/** Blobs come without padding, as from every Hrana server. */
export function valueToHrana(value: SqlValue): HranaValue {
  if (value === null) return { type: "null" };
  if (typeof value === "bigint") return { type: "integer", value: value.toString() };
  if (typeof value === "number") return { type: "float", value: float(value) };
  if (typeof value === "string") return { type: "text", value };
  return { type: "blob", base64: base64(value) };
}

function base64(bytes: Uint8Array): string {
  const padded = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return padded.replace(/=+$/, "");
}
