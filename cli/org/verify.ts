import { createHash } from "node:crypto";
import type { Database } from "../../db/client.ts";
import type { Shape } from "../../db/tenant-shape.ts";
import { type Copying, chunkOf } from "./copy.ts";
import { countRows, readCount, readLines, rowsAfter } from "./queries.ts";

/** What one database holds of a table. */
export interface Content {
  readonly rows: number;
  /** SHA-256 over every row in the order of the key, in hex. */
  readonly digest: string;
}

/** A table as it is in the two databases. */
export interface Compared {
  readonly table: string;
  readonly source: Content;
  readonly target: Content;
}

export function isEqual({ source, target }: Compared): boolean {
  return source.rows === target.rows && source.digest === target.digest;
}

const ROWS = 5000;

/**
 * Counts and reads every table in both databases, while nobody writes.
 * @param still called now and then, so that the move is not taken for dead
 */
export async function compare(copying: Copying, still: () => Promise<void>): Promise<Compared[]> {
  return Promise.all(
    copying.shapes.map(async (shape) => {
      const [source, target] = await Promise.all([
        contentOf(copying.source, copying.org, shape, still),
        contentOf(copying.target, copying.org, shape, still),
      ]);
      return { table: shape.table, source, target };
    }),
  );
}

async function contentOf(
  database: Database,
  org: string,
  shape: Shape,
  still: () => Promise<void>,
): Promise<Content> {
  const digest = createHash("sha256");
  let cursor: string | null = null;
  let read = 0;
  let total: number | undefined;
  for (;;) {
    await still();
    const [result, counted] = await database.read([
      rowsAfter(org, shape, cursor, ROWS),
      ...(cursor === null ? [countRows(org, shape)] : []),
    ]);
    const lines = readLines(result);
    if (lines !== "") digest.update(`${lines}\n`);
    const { rows, last } = chunkOf(shape, lines);
    read += rows;
    total ??= readCount(counted);
    if (rows < ROWS || last === null) break;
    cursor = last;
  }
  if (total !== read) {
    throw new Error(`${shape.table} has ${total} rows, and ${read} of them could be read in order`);
  }
  return { rows: read, digest: digest.digest("hex") };
}
