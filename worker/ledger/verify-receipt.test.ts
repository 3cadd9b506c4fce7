import { describe, expect, it } from "vitest";
import { decodeBase64 } from "./base64.ts";
import { utf8 } from "./bytes.ts";
import { renderCheckpoint } from "./checkpoint.ts";
import vectors from "./fixtures/tree-vectors.json" with { type: "json" };
import { renderVkey, signNote } from "./signed-note.ts";
import { signerOf, vkeyOf } from "./signing-key.ts";
import { renderTlogProof } from "./tlog-proof.ts";
import { leafHash } from "./tree.ts";
import { type Opening, verifyReceipt } from "./verify-receipt.ts";

const { receipt, vkey, secret, origin } = vectors.signed;

async function reasonFor(file: string | Uint8Array, key = vkey, opening?: Opening): Promise<string | null> {
  const verdict = await verifyReceipt(typeof file === "string" ? utf8(file) : file, key, opening);
  return verdict.verified ? null : verdict.reason;
}

/** A receipt of the only entry of a log whose signing key is ours. */
async function receiptOf(entry: Uint8Array, statedOrigin = origin): Promise<string> {
  const signer = await signerOf(secret, { origin, generation: 1 });
  const checkpoint = await signNote(
    renderCheckpoint({ origin: statedOrigin, size: 1, root: leafHash(entry) }),
    signer,
  );
  return renderTlogProof({ extra: entry, index: 0, proof: [], checkpoint });
}

describe("a receipt", () => {
  it("that another implementation wrote is verified", async () => {
    expect(await verifyReceipt(utf8(receipt), vkey)).toEqual({
      verified: true,
      checkpoint: { origin, size: 7, root: expect.any(Uint8Array) },
      index: 5,
      leaf: null,
      opened: false,
    });
  });

  it.each([
    ["CRLF line ends", receipt.replaceAll("\n", "\r\n")],
    ["no last newline", receipt.slice(0, -1)],
    ["a newline more", `${receipt}\n`],
    ["a byte order mark", `\ufeff${receipt}`],
    ["no extra line", receipt.replace(/extra .*\n/, "")],
    ["another index", receipt.replace("index 5", "index 4")],
    ["an index with a leading zero", receipt.replace("index 5", "index 05")],
    ["an index beyond the tree", receipt.replace("index 5", "index 7")],
    ["an index of 2^53", receipt.replace("index 5", "index 9007199254740992")],
    ["another entry", receipt.replace(/extra .*/, `extra ${btoa("entry 6")}`)],
    ["another size", receipt.replace("\n7\n", "\n8\n")],
    ["another version", receipt.replace("@v1", "@v2")],
    ["a hash less", receipt.replace(/index 5\n.*\n/, "index 5\n")],
    ["a line more before the checkpoint", receipt.replace("\n\n", "\n\n\n")],
    ["nothing in it", ""],
  ])("with %s is refused", async (_, file) => {
    expect(await reasonFor(file)).toMatch(/^[A-Z].*\.$/);
  });

  it("is refused under another key, another log's origin and as bytes that are not text", async () => {
    expect(await reasonFor(receipt, await vkeyOf(secret, origin, 2))).toContain("not signed once by the key");
    expect(await reasonFor(receipt, "nonsense")).toContain("verification key");
    expect(await reasonFor(await receiptOf(utf8("x"), "elsewhere.example/log"))).toContain("of another log");
    expect(await reasonFor(Uint8Array.of(0xff))).toContain("not UTF-8");
  });

  it("opens to its record and to no other", async () => {
    const { record, salt, leaf } = vectors.opening;
    const file = await receiptOf(utf8(leaf));
    const key = renderVkey(await signerOf(secret, { origin, generation: 1 }));
    const verdict = await verifyReceipt(utf8(file), key, { record, salt, index: 0 });
    expect(verdict).toMatchObject({ verified: true, opened: true, leaf: { kind: "consent" } });
    const other = btoa(String.fromCharCode(...(decodeBase64(salt) ?? [])).replace(/^./, "x"));
    expect(await reasonFor(file, key, { record, salt: other })).toContain("changed");
    expect(await reasonFor(file, key, { record, salt: "c2hvcnQ=" })).toContain("salt");
    expect(await reasonFor(file, key, { record, salt: `${salt} ` })).toContain("salt");
    expect(await reasonFor(file, key, { record, salt, index: 1 })).toContain("entry 1");
    expect(await reasonFor(file, key, { record: { ...record, language: "\ud800" }, salt })).toContain(
      "changed",
    );
    expect(await reasonFor(file, key, { record: undefined, salt })).toContain("changed");
    for (const name of Object.keys(record)) {
      expect(await reasonFor(file, key, { record: { ...record, [name]: "x" }, salt }), name).toContain(
        "changed",
      );
    }
    expect(await reasonFor(receipt, vkey, { record, salt })).toContain("not one that commits");
  });
});
