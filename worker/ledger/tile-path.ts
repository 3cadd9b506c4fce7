import { parseDecimal } from "./decimal.ts";
import { TILE_WIDTH } from "./tiles.ts";

/** What a path under `tile/` names: hashes of the tree, or the entries themselves. `width` is 1–256. */
export type TileAddress =
  | { readonly kind: "hashes"; readonly level: number; readonly n: number; readonly width: number }
  | { readonly kind: "entries"; readonly n: number; readonly width: number };

/** The path after the log's prefix, as `tile/0/x001/x234/067.p/12` (C2SP tlog-tiles). */
export function tilePath(address: TileAddress): string {
  const head = address.kind === "hashes" ? `tile/${address.level}` : "tile/entries";
  const tail = address.width === TILE_WIDTH ? "" : `.p/${address.width}`;
  return `${head}/${numberPath(address.n)}${tail}`;
}

/** The address of a path after the log's prefix, or null for every path that `tilePath` would not write. */
export function parseTilePath(path: string): TileAddress | null {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(
    path,
  );
  if (match === null) return null;
  const [, row = "", number = "", partial] = match;
  const n = parseDecimal(number.replaceAll(/[x/]/g, "").replace(/^0+(?=[0-9])/, ""));
  const width = partial === undefined ? TILE_WIDTH : parseDecimal(partial);
  const level = row === "entries" ? 0 : parseDecimal(row);
  if (n === null || width === null || level === null || level > 63 || width === 0) return null;
  const address: TileAddress =
    row === "entries" ? { kind: "entries", n, width } : { kind: "hashes", level, n, width };
  return tilePath(address) === path ? address : null;
}

/** 1234067 → `x001/x234/067` */
function numberPath(n: number): string {
  const digits = String(n);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/[0-9]{3}/g) ?? [];
  return groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join("/");
}
