import * as v from "valibot";
import { parseEntryBundle } from "../worker/ledger/entry-bundle.ts";
import { Refused } from "../worker/ledger/refused.ts";
import { type TileAddress, tilePath } from "../worker/ledger/tile-path.ts";
import { TILE_WIDTH, type TileCoordinates } from "../worker/ledger/tiles.ts";
import { HASH_BYTES } from "../worker/ledger/tree.ts";

const TIMEOUT_MS = 30_000;
const MAX_BYTES = TILE_WIDTH * (2 + 0xffff);

/** The log did not answer, or not now: nothing was verified, and nothing is proved against it. */
export class Unreachable extends Refused {}

/** A log's public files over HTTP. Whatever cannot be read is Refused: it was not verified. */
export class LogReader {
  readonly #url: URL;

  /** @param url the log's prefix with a trailing slash */
  constructor(url: URL) {
    this.#url = url;
  }

  async checkpoint(): Promise<Uint8Array> {
    const bytes = await this.#get("checkpoint");
    if (bytes === null) throw new Refused(`There is no log at ${this.#url.href}.`);
    return bytes;
  }

  /** The hashes of a tile, concatenated. */
  async hashes({ level, n, width }: TileCoordinates): Promise<Uint8Array> {
    const bytes = await this.#tile({ kind: "hashes", level, n, width });
    const size = width * HASH_BYTES;
    if (bytes.length === size) return bytes;
    if (width < TILE_WIDTH && bytes.length === TILE_WIDTH * HASH_BYTES) return bytes.subarray(0, size);
    throw new Refused(`Tile ${n} of level ${level} has ${bytes.length} bytes instead of ${size}.`);
  }

  /** The receipt of an entry, as a `.tlog-proof` file. */
  async receipt(index: number): Promise<Uint8Array> {
    const bytes = await this.#get(`receipt/${index}.tlog-proof`);
    if (bytes === null) throw new Refused(`The log has no receipt of its entry ${index}.`);
    return bytes;
  }

  async entries(n: number, width: number): Promise<Uint8Array[]> {
    return parseEntryBundle(await this.#tile({ kind: "entries", n, width }), width);
  }

  /** Where the log says that something public stands; the receipt has to prove it. Null where it is not. */
  async openEntry(kind: "notice" | "policy", sha256: string): Promise<number | null> {
    const bytes = await this.#get(`open/${kind}/${sha256}`);
    if (bytes === null) return null;
    const { index } = parseAnswer(
      bytes,
      v.object({ index: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
    );
    return index;
  }

  /** The sites that the log says write into it; none where it does not say. */
  async sites(): Promise<readonly string[]> {
    const bytes = await this.#get("sites");
    return bytes === null ? [] : parseAnswer(bytes, v.object({ sites: v.array(v.string()) })).sites;
  }

  /** Any file of the log's host. */
  fileOfHost(path: string, headers: Readonly<Record<string, string>>): Promise<Uint8Array | null> {
    return this.#get(this.hostUrl(path), headers);
  }

  hostUrl(path: string): string {
    return new URL(path, this.#url).href;
  }

  /** A log may drop a partial tile once it is full: then the full one holds it as a prefix. */
  async #tile(address: TileAddress): Promise<Uint8Array> {
    const bytes =
      (await this.#get(tilePath(address))) ??
      (address.kind === "hashes" && address.width < TILE_WIDTH
        ? await this.#get(tilePath({ ...address, width: TILE_WIDTH }))
        : null);
    if (bytes === null) throw new Refused(`The log does not have its ${tilePath(address)}.`);
    return bytes;
  }

  async #get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Uint8Array | null> {
    const url = new URL(path, this.#url);
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const body = await readBounded(response);
      if (response.status === 404) return null;
      if (!response.ok) throw new Unreachable(`${url.href} answered ${response.status}.`);
      return body;
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new Unreachable(`${url.href} could not be read: ${causeOf(error)}.`);
    }
  }
}

function parseAnswer<T>(bytes: Uint8Array, schema: v.GenericSchema<unknown, T>): T {
  try {
    return v.parse(schema, JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    throw new Refused("The log's answer is not of the form that it should have.");
  }
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Refused(`${response.url} is longer than any file of a log.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
