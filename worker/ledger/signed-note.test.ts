import { describe, expect, it } from "vitest";
import vectors from "./fixtures/tree-vectors.json" with { type: "json" };
import { Refused } from "./refused.ts";
import { openNote, parseVkey, renderVkey, signNote } from "./signed-note.ts";
import { signerOf, vkeyOf } from "./signing-key.ts";

// The example of golang.org/x/mod/sumdb/note.
const NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const NOTE = `${TEXT}\n${LINE}`;
const OTHER = "— witness.example/w AAAAAAAAAAAAAAAAAAAAAA==\n";

describe("verification keys", () => {
  it("reads and writes the published one", () => {
    expect(renderVkey(parseVkey(NEUMANN))).toBe(NEUMANN);
    expect(parseVkey(NEUMANN).name).toBe("PeterNeumann");
  });

  it.each([
    ["a foreign id", NEUMANN.replace("c74f20a3", "c74f20a4")],
    ["a foreign name", NEUMANN.replace("Peter", "peter")],
    ["an upper-case id", NEUMANN.replace("c74f20a3", "C74F20A3")],
    ["another algorithm", NEUMANN.replace("+AR", "+BB")],
    ["a short key", "a+00000000+AQ=="],
    ["a space", ` ${NEUMANN}`],
    ["nothing", ""],
  ])("refuses %s", (_, vkey) => {
    expect(() => parseVkey(vkey)).toThrow(Refused);
  });
});

describe("signed notes", () => {
  it("opens the published note", async () => {
    expect(await openNote(NOTE, parseVkey(NEUMANN))).toBe(TEXT);
  });

  it("lets witnesses sign beside the log, before or after", async () => {
    expect(await openNote(`${NOTE}${OTHER}`, parseVkey(NEUMANN))).toBe(TEXT);
    expect(await openNote(`${TEXT}\n${OTHER}${LINE}`, parseVkey(NEUMANN))).toBe(TEXT);
  });

  it.each([
    ["only another's signature", `${TEXT}\n${OTHER}`],
    ["our signature twice", `${NOTE}${LINE}`],
    ["a missing last newline", NOTE.slice(0, -1)],
    ["a newline too many", `${NOTE}\n`],
    ["no signature", `${TEXT}\n`],
    ["no empty line", `${TEXT}${LINE}`],
    ["a hyphen for the dash", NOTE.replace("— ", "- ")],
    ["a carriage return", NOTE.replace("AM=\n", "AM=\r\n")],
    ["a tab in the text", NOTE.replace("you think", "you\tthink")],
    ["a space after", NOTE.replace("AM=\n", "AM= \n")],
    ["padding bits", NOTE.replace("AM=\n", "AN=\n")],
    ["a changed text", NOTE.replace("answer", "Answer")],
    ["a changed signature", NOTE.replace("x08go/Z", "x08go/a")],
    ["a name with a plus", `${NOTE}— a+b AAAAAAAAAAAAAAAAAAAAAA==\n`],
  ])("refuses %s", async (_, note) => {
    await expect(openNote(note, parseVkey(NEUMANN))).rejects.toThrow(Refused);
  });
});

describe("the log's key", () => {
  const { secret, origin, generation, vkey, checkpoint } = vectors.signed;

  it("is the one that another HKDF and Ed25519 derive, and signs the same bytes", async () => {
    expect(await vkeyOf(secret, origin, generation)).toBe(vkey);
    const text = checkpoint.slice(0, checkpoint.indexOf("\n\n") + 1);
    expect(await signNote(text, await signerOf(secret, { origin, generation }))).toBe(checkpoint);
  });

  it("differs by origin, generation and secret", async () => {
    const keys = await Promise.all([
      vkeyOf(secret, origin, 1),
      vkeyOf(secret, origin, 2),
      vkeyOf(secret, `${origin}2`, 1),
      vkeyOf(btoa("another secret of just 32 bytes!"), origin, 1),
    ]);
    expect(new Set(keys.map((key) => key.split("+").slice(2).join("+"))).size).toBe(4);
  });

  it("refuses a secret that is not 32 bytes", async () => {
    await expect(vkeyOf(btoa("short"), origin, 1)).rejects.toThrow(RangeError);
  });
});
