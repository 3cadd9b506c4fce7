import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Misuse } from "../../verify/misuse.ts";
import { readOpening } from "../../verify/opening-file.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { decodeUtf8, utf8 } from "./bytes.ts";
import { parseCheckpoint, renderCheckpoint } from "./checkpoint.ts";
import { parseDecimal } from "./decimal.ts";
import { parseEntryBundle, renderEntryBundle } from "./entry-bundle.ts";
import vectors from "./fixtures/tree-vectors.json" with { type: "json" };
import { parseLeaf, renderLeaf } from "./leaf.ts";
import { Refused } from "./refused.ts";
import { openNote, parseVkey, renderVkey } from "./signed-note.ts";
import { parseTilePath, tilePath } from "./tile-path.ts";
import { parseTlogProof, renderTlogProof } from "./tlog-proof.ts";

/** A bounded fuzz run for every parser of the formats: what is taken is written back to the very same bytes. */
const RUNS = { numRuns: 3000 };

/** Characters that the formats are made of, and some that look like them. */
const ALPHABET = [...'0123456789abcxyzABZ+/=-_.: \n\r\t\0\ufeff—٣é{}",', "\ud83d\ude00", "\u0085", "\u2028"];

/** One edit of a text: something cut out, doubled, moved, put in, or an end cut off. */
const edits = fc.oneof(
  fc.record({ kind: fc.constantFrom("cut", "double", "swap", "end") }),
  // What most often has a second spelling.
  fc.record({ kind: fc.constant("insert"), text: fc.constantFrom(["0"], ["x000/"], ["="], ["\n"], [" "]) }),
  fc.record({ kind: fc.constant("insert"), text: fc.array(fc.constantFrom(...ALPHABET), { maxLength: 4 }) }),
);
const places = fc.tuple(fc.nat(), fc.nat(12), edits);

/** A valid text after up to three edits, or nothing but characters of the formats. */
function nearly(...valid: readonly string[]): fc.Arbitrary<string> {
  const edited = fc
    .tuple(fc.constantFrom(...valid), fc.array(places, { maxLength: 3 }))
    .map(([text, changes]) =>
      changes.reduce((now, [at, length, edit]) => {
        const from = at % (now.length + 1);
        const [head, piece, tail] = [
          now.slice(0, from),
          now.slice(from, from + length),
          now.slice(from + length),
        ];
        switch (edit.kind) {
          case "cut":
            return head + tail;
          case "double":
            return head + piece + piece + tail;
          case "swap":
            return head + [...piece].reverse().join("") + tail;
          case "end":
            return head;
          default:
            return head + ("text" in edit ? edit.text.join("") : "") + piece + tail;
        }
      }, text),
    );
  return fc.oneof(
    { arbitrary: edited, weight: 4 },
    fc.array(fc.constantFrom(...ALPHABET)).map((some) => some.join("")),
  );
}

/** What the parser makes of it; null where it refuses in its own way. Any other error is a fault. */
function taken<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Refused || error instanceof Misuse) return null;
    throw error;
  }
}

let accepted = 0;
/** Counts what was taken, so that a run which only met refusals does not pass for a test. */
function same<T>(parsed: T | null, written: (value: T) => string, original: string): void {
  if (parsed === null) return;
  accepted += 1;
  expect(written(parsed)).toBe(original);
}

function fuzz(arbitrary: fc.Arbitrary<string>, check: (text: string) => void): void {
  accepted = 0;
  fc.assert(fc.property(arbitrary, check), RUNS);
  expect(accepted).toBeGreaterThan(RUNS.numRuns / 50);
}

const { vkey, receipt, checkpoint } = vectors.signed;
const statement = checkpoint.slice(0, checkpoint.indexOf("\n\n") + 1);
const open = `{"kind":"policy","sha256":"${vectors.opening.commitment}","v":1}`;

describe("takes nothing but what it would write itself", () => {
  it("decimal", () =>
    fuzz(nearly("0", "7", "9007199254740991", "1234067"), (text) => same(parseDecimal(text), String, text)));

  it("base64", () =>
    fuzz(nearly("", "AA==", "AAA=", "AAAA", vectors.opening.salt), (text) =>
      same(decodeBase64(text), encodeBase64, text),
    ));

  it("verification key", () =>
    fuzz(nearly(vkey), (text) =>
      same(
        taken(() => parseVkey(text)),
        renderVkey,
        text,
      ),
    ));

  it("checkpoint", () =>
    fuzz(nearly(statement), (text) =>
      same(
        taken(() => parseCheckpoint(text)),
        renderCheckpoint,
        text,
      ),
    ));

  it("tile path", () =>
    fuzz(nearly("tile/0/000", "tile/1/x001/x234/067", "tile/entries/000.p/12", "tile/63/999.p/255"), (text) =>
      same(parseTilePath(text), tilePath, text),
    ));

  it("receipt", () =>
    fuzz(nearly(receipt, receipt.replace(/\n[^\n]+=\n/, "\n")), (text) =>
      // A lone surrogate has no UTF-8: what was read is what was encoded.
      same(
        taken(() => parseTlogProof(utf8(text))),
        renderTlogProof,
        text.toWellFormed(),
      ),
    ));

  it("leaf", () =>
    fuzz(nearly(vectors.opening.leaf, open), (text) =>
      same(parseLeaf(utf8(text)), (leaf) => decodeUtf8(renderLeaf(leaf)) ?? "", text),
    ));

  it("entry bundle", () => {
    accepted = 0;
    const bundles = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(bundles, fc.nat(6), fc.nat(), fc.nat(255), (entries, count, at, byte) => {
        const bytes = renderEntryBundle(entries);
        if (bytes.length > 0 && at % 3 === 0) bytes[at % bytes.length] = byte;
        const cut = at % 5 === 0 ? bytes.subarray(0, at % (bytes.length + 1)) : bytes;
        const hex = (some: Uint8Array) => Buffer.from(some).toString("hex");
        same(
          taken(() => parseEntryBundle(cut, count)),
          (parsed) => hex(renderEntryBundle(parsed)),
          hex(cut),
        );
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 50);
  });
});

it("opens a signed note only to the text that was signed", async () => {
  const key = parseVkey(vkey);
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(nearly(checkpoint), async (note) => {
      const text = await openNote(note, key).catch((error: unknown) => {
        if (error instanceof Refused) return null;
        throw error;
      });
      if (text === null) return;
      opened += 1;
      expect(text).toBe(statement);
    }),
    RUNS,
  );
  expect(opened).toBeGreaterThan(RUNS.numRuns / 50);
});

it("reads an answer file or refuses it, and nothing else happens", () => {
  const answer = JSON.stringify({ ...vectors.opening, index: 3, receipt: "/log/x/receipt/3.tlog-proof" });
  fc.assert(
    fc.property(fc.oneof(nearly(answer), fc.json()), (text) => {
      const opening = taken(() => readOpening(utf8(text), undefined));
      if (opening !== null) expect(typeof opening.salt).toBe("string");
    }),
    RUNS,
  );
});
