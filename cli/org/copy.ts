import type { Database } from "../../db/client.ts";
import type { Shape } from "../../db/tenant-shape.ts";
import {
  type Changed,
  changesAfter,
  cursorsOf,
  readChanges,
  readCursors,
  readLines,
  removeRows,
  rowsAfter,
  rowsWith,
  runnerIs,
  setCursor,
  writeRows,
} from "./queries.ts";

/** Two databases and an organisation that goes from the one to the other. */
export interface Copying {
  readonly org: string;
  readonly runner: string;
  readonly source: Database;
  readonly target: Database;
  readonly shapes: readonly Shape[];
}

/** A transaction of this many rows takes well under a second. */
const ROWS = 2000;
const CHANGES = 5000;
/** Names the cursor of the changes among those of the tables. */
const CHANGES_CURSOR = "org_change";
const DONE = "done";

/**
 * Copies every table in chunks in the order of its key while others go on writing. Each chunk stands
 * in one transaction with the cursor behind it, so that a copy that was broken off goes on.
 * @returns how many rows were copied now
 */
export async function copyRows(copying: Copying): Promise<number> {
  const { org, runner, source, target, shapes } = copying;
  const [found] = await target.read([cursorsOf(org)]);
  const cursors = readCursors(found);
  let copied = 0;
  for (const shape of shapes) {
    for (let cursor = cursors.get(shape.table) ?? null; cursor !== DONE; ) {
      const [result] = await source.read([rowsAfter(org, shape, cursor, ROWS)]);
      const lines = readLines(result);
      const { rows, last } = chunkOf(shape, lines);
      cursor = rows < ROWS || last === null ? DONE : last;
      await target.write([
        runnerIs(org, runner),
        ...(rows === 0 ? [] : [writeRows(org, shape, arrayOf(lines))]),
        setCursor(org, shape.table, cursor),
      ]);
      copied += rows;
    }
  }
  return copied;
}

/**
 * Brings the copy up to what changed since: of every key that changed, the row as it is now, or none.
 * @param enough a pass with fewer changes is the last one; 0 goes on until there is none
 * @returns how many rows were brought up to date
 */
export async function catchUp(copying: Copying, enough: number, passes: number): Promise<number> {
  const { org, runner, source, target } = copying;
  const [found] = await target.read([cursorsOf(org)]);
  let n = Number(readCursors(found).get(CHANGES_CURSOR) ?? "0");
  let total = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    const [result] = await source.read([changesAfter(org, n, CHANGES)]);
    const changes = readChanges(result);
    if (changes.length === 0) return total;
    n = changes.reduce((newest, change) => Math.max(newest, change.n), n);
    const touched = touchedOf(copying, changes);
    const rows = await source.read(touched.map(({ shape, keys }) => rowsWith(org, shape, keys)));
    await target.write([
      runnerIs(org, runner),
      ...touched.flatMap(({ shape, keys }, index) => {
        const lines = readLines(rows[index]);
        const remove = removeRows(org, shape, keys);
        return lines === "" ? [remove] : [remove, writeRows(org, shape, arrayOf(lines))];
      }),
      setCursor(org, CHANGES_CURSOR, String(n)),
    ]);
    total += changes.length;
    if (changes.length < enough) return total;
  }
  return total;
}

function touchedOf({ shapes }: Copying, changes: readonly Changed[]): { shape: Shape; keys: string }[] {
  return shapes.flatMap((shape) => {
    const keys = changes.filter(({ table }) => table === shape.table).map(({ key }) => key);
    return keys.length === 0 ? [] : [{ shape, keys: `[${keys.join(",")}]` }];
  });
}

/** How many lines, and the key of the last one as JSON. */
export function chunkOf({ columns, key }: Shape, lines: string): { rows: number; last: string | null } {
  if (lines === "") return { rows: 0, last: null };
  const all = lines.split("\n");
  const cells: unknown = JSON.parse(all.at(-1) ?? "[]");
  if (!Array.isArray(cells)) throw new TypeError("a line is a JSON array");
  const last = key.map(({ name }) => cells[columns.findIndex((column) => column.name === name)]);
  return { rows: all.length, last: JSON.stringify(last) };
}

function arrayOf(lines: string): string {
  return `[${lines.replaceAll("\n", ",")}]`;
}
