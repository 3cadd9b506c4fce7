import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { BEGINNING } from "./read-csv.ts";
import { readNdjson } from "./read-ndjson.ts";

const folder = mkdtempSync(join(tmpdir(), "callers360-ndjson-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("CRLF, empty lines, a byte order mark, no last newline; bad lines are named; any place goes on", async () => {
  const path = join(folder, "calls.ndjson");
  const long = `"${"x".repeat(3 * 1024 * 1024)}"`;
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from('\ufeff{"a":1}\r\n\r\n{"a":"é"}\n{"a":\n'),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from(`${long}\n[2]\n  \n{"a":3}`),
    ]),
  );
  const rows = (await Array.fromAsync(readNdjson(path, BEGINNING))).flat();
  expect(rows.map((row) => [row.line, "cells" in row ? row.cells : row.unreadable])).toEqual([
    [1, { a: 1 }],
    [3, { a: "é" }],
    [4, "is not valid JSON in UTF-8."],
    [5, "is not valid JSON in UTF-8."],
    [6, "is longer than 2 MiB."],
    [7, [2]],
    [9, { a: 3 }],
  ]);
  for (const [index, { end }] of rows.entries()) {
    expect((await Array.fromAsync(readNdjson(path, end))).flat()).toEqual(rows.slice(index + 1));
  }
});
