import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { BEGINNING, type FileRow, type Position, readCsv, readHeadLine } from "./read-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "callers360-csv-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(text: string): string {
  const path = join(folder, "calls.csv");
  writeFileSync(path, text);
  return path;
}

async function rowsOf(path: string, from: Position = BEGINNING): Promise<FileRow<string[]>[]> {
  return (await Array.fromAsync(readCsv(path, from, ","))).flat();
}

test("rows with the line they begin on and the place behind them", async () => {
  const text = '\ufeffa,b\r\n1,"x\r\ny"\r\n\r\n2,ü\r\n3,"a\nb\nc"\n4,z';
  expect(await rowsOf(fileOf(text))).toEqual([
    { line: 1, end: { offset: 8, line: 1 }, cells: ["a", "b"] },
    { line: 2, end: { offset: 18, line: 3 }, cells: ["1", "x\r\ny"] },
    { line: 5, end: { offset: 26, line: 5 }, cells: ["2", "ü"] },
    { line: 6, end: { offset: 36, line: 8 }, cells: ["3", "a\nb\nc"] },
    { line: 9, end: { offset: 39, line: 9 }, cells: ["4", "z"] },
  ]);
});

test("a broken line is named, and spoils no other", async () => {
  const rows = await rowsOf(
    fileOf('a,b\n1,"two"x\n3,4\n5,"never closed\n6,7\n8,ni"ne\n10,11\n12,"never closed\n'),
  );
  expect(rows.map((row) => [row.line, "cells" in row ? row.cells.join("|") : row.unreadable])).toEqual([
    [1, "a|b"],
    [2, "has text behind a closing quote."],
    [3, "3|4"],
    [4, "has text behind a closing quote."],
    [5, "6|7"],
    [6, "has a quote inside a cell that does not begin with one."],
    [7, "10|11"],
    [8, "opens a quote that is never closed."],
  ]);
});

test("a quote that is never closed does not swallow the file", async () => {
  const rows = await rowsOf(fileOf(`a,b\n1,"open\n${"2,3\n".repeat(50_000)}`));
  expect(rows).toHaveLength(50_002);
  expect(rows[1]).toMatchObject({ line: 2, unreadable: expect.stringContaining("never closed") });
  expect(rows.at(-1)).toMatchObject({ line: 50_002, cells: ["2", "3"] });
});

/** Cells as files have them: plain, with what needs quotes, empty, and wide enough to cross a block now and then. */
const cell = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom("a", "7", " ", "é", "न", "😀"), maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom("", 'say "hi"', "a,b", "two\nlines", "two\r\nlines") },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 12_000 }).map((size) => "x".repeat(size)) },
);
const row = fc.array(cell, { minLength: 2, maxLength: 5 });

function written(rows: readonly (readonly string[])[], end: string, last: boolean): string {
  const lines = rows.map((cells) =>
    cells.map((one) => (/[",\r\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)).join(","),
  );
  return lines.join(end) + (last ? end : "");
}

test("any file reads as a parser that takes it whole reads it, from every place between two rows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 60 }),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      fc.nat(),
      async (rows, end, last, pick) => {
        const text = written(rows, end, last);
        const path = fileOf(text);
        const read = await rowsOf(path);
        const options = { relax_column_count: true, skip_empty_lines: true, record_delimiter: end };
        expect(read.map((one) => ("cells" in one ? one.cells : one.unreadable))).toEqual(
          parse(text, options),
        );
        const from = read[pick % Math.max(read.length, 1)];
        if (from === undefined) return;
        expect(await rowsOf(path, from.end)).toEqual(read.slice(read.indexOf(from) + 1));
        const before = Buffer.from(text).subarray(0, from.end.offset).toString();
        expect(from.end.line).toBe(before.split("\n").length - (before.endsWith("\n") ? 1 : 0));
      },
    ),
    { numRuns: 60 },
  );
});

test("a head line names each column once", async () => {
  expect(await readHeadLine(fileOf("\ufeff a ,b\n1,2\n"), ",")).toEqual({
    columns: ["a", "b"],
    end: { offset: 9, line: 1 },
  });
  await expect(readHeadLine(fileOf("a,b,a\n"), ",")).rejects.toThrow('has the column "a" twice');
  await expect(readHeadLine(fileOf(""), ",")).rejects.toThrow("does not begin with a head line");
});
