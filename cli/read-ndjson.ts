import { createReadStream } from "node:fs";
import { bytesOfBlock } from "./bytes-of-block.ts";
import type { FileRow, Position } from "./read-csv.ts";

/** The same bound that a request's body has. */
const LONGEST_LINE = 2 * 1024 * 1024;
const BLOCK = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * The values of an NDJSON file from a place on, some at a time; empty lines are passed over. A line that is no JSON in
 * UTF-8, or longer than 2 MiB, is one unreadable row.
 */
export async function* readNdjson(file: string, from: Position): AsyncGenerator<readonly FileRow<unknown>[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let { offset, line } = from;
  let rest: Uint8Array = new Uint8Array();
  let passing = false;
  const take = (bytes: Uint8Array, length: number): FileRow<unknown> | null => {
    offset += length;
    line += 1;
    const end = { offset, line };
    if (passing || bytes.length > LONGEST_LINE) {
      passing = false;
      return { line, end, unreadable: "is longer than 2 MiB." };
    }
    try {
      const text = decoder.decode(bytes);
      return text.trim() === "" ? null : { line, end, cells: JSON.parse(text) };
    } catch {
      return { line, end, unreadable: "is not valid JSON in UTF-8." };
    }
  };
  for await (const block of createReadStream(file, { start: offset, highWaterMark: BLOCK })) {
    const bytes = rest.length === 0 ? bytesOfBlock(block) : Buffer.concat([rest, bytesOfBlock(block)]);
    const rows: FileRow<unknown>[] = [];
    let at = 0;
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, at);
      if (newline === -1) break;
      const row = take(bytes.subarray(at, newline), newline + 1 - at);
      at = newline + 1;
      if (row !== null) rows.push(row);
    }
    if (rows.length > 0) yield rows;
    rest = bytes.subarray(at);
    if (rest.length > LONGEST_LINE) {
      offset += rest.length;
      rest = new Uint8Array();
      passing = true;
    }
  }
  if (rest.length > 0 || passing) {
    const row = take(rest, rest.length);
    if (row !== null) yield [row];
  }
}
