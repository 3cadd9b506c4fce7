import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@noble/hashes/sha2.js";
import { afterAll, describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../worker/ledger/base64.ts";
import { decodeUtf8, encodeHex, joinBytes, utf8 } from "../worker/ledger/bytes.ts";
import { renderCheckpoint } from "../worker/ledger/checkpoint.ts";
import { renderEntryBundle } from "../worker/ledger/entry-bundle.ts";
import { wholeTree } from "../worker/ledger/fixtures/vectors.ts";
import independent from "../worker/ledger/fixtures/worked-example.json" with { type: "json" };
import { canonicalJson, commitmentOf, renderLeaf } from "../worker/ledger/leaf.ts";
import { consistencyProof, inclusionProof, provesConsistency } from "../worker/ledger/proofs.ts";
import { parseVkey, renderVkey, type Signer, signNote } from "../worker/ledger/signed-note.ts";
import { renderTlogProof } from "../worker/ledger/tlog-proof.ts";
import { leafHash, treeRoot } from "../worker/ledger/tree.ts";
import { openCheckpoint } from "../worker/ledger/verify-receipt.ts";

const ROOT = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "callers360-docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The text of each fenced block that stands behind a `<!-- kind: name -->` comment. */
function blocksOf(page: string, kind: string): Map<string, string> {
  const text = readFileSync(join(ROOT, "docs", page), "utf8");
  const blocks = text.matchAll(
    new RegExp(`<!-- ${kind}: (\\w+) -->\\n\\n\`\`\`\\w+\\n([^\`]*?)\\n\`\`\`\\n`, "g"),
  );
  return new Map([...blocks].map(([, name = "", block = ""]) => [name, block]));
}

/** A signer from a bare seed: the pages' keys are not derived as the product's are. */
async function signerOf(seed: Uint8Array, publicKey: Uint8Array): Promise<Signer> {
  const prefix = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);
  const pkcs8 = new Uint8Array(joinBytes([prefix, seed]));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  return {
    name: independent.origin,
    publicKey,
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", key, new Uint8Array(message))),
  };
}

/** Everything that the pages show, made by our own code from record, salt, notice and seeds. */
async function regenerate(): Promise<Record<string, string>> {
  const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
  const old = await signerOf(seed, parseVkey(independent.vkey).publicKey);
  const next = await signerOf(
    seed.map((byte) => byte + 32),
    parseVkey(independent.next_vkey).publicKey,
  );
  const notice = sha256(canonicalJson({ v: 1, site_name: "Example" }));
  const record = JSON.parse(independent.answer).record;
  const salt = Uint8Array.from({ length: 32 }, (_, i) => 100 + i);
  const none = { preferences: false, analytics: false, marketing: false };
  const withdrawal = { ...record, action: "withdraw", choice: 2, categories: none, prev: 1 };
  withdrawal.at = "2026-11-25T09:00:00.000Z";
  const commitment = commitmentOf(record, salt);
  const entries = [
    renderLeaf({ kind: "notice", sha256: notice }),
    renderLeaf({ kind: "consent", commitment }),
    renderLeaf({
      kind: "consent",
      commitment: commitmentOf(
        withdrawal,
        salt.map((byte) => byte + 100),
      ),
    }),
  ];
  const leaves = entries.map(leafHash);
  const node = wholeTree(leaves);
  const note = (size: number, ...signers: Signer[]) =>
    signNote(renderCheckpoint({ origin: independent.origin, size, root: treeRoot(size, node) }), ...signers);
  const checkpoint = await note(3, old);
  const texts = entries.map((entry) => decodeUtf8(entry) ?? "");
  const [extra = utf8("")] = entries.slice(1);
  const vkey = renderVkey(old);
  return {
    origin: independent.origin,
    public_key: encodeHex(old.publicKey),
    key_id: vkey.split("+")[1] ?? "",
    vkey,
    next_vkey: renderVkey(next),
    record: decodeUtf8(canonicalJson(record)) ?? "",
    salt: encodeBase64(salt),
    commitment: encodeBase64(commitment),
    entry_0: texts[0] ?? "",
    entry_1: texts[1] ?? "",
    entry_2: texts[2] ?? "",
    checkpoint_2: await note(2, old),
    checkpoint_3: checkpoint,
    checkpoint_rotated: await note(3, old, next),
    tile: encodeHex(joinBytes(leaves)),
    bundle: encodeHex(renderEntryBundle(entries)),
    receipt: renderTlogProof({ extra, index: 1, proof: inclusionProof(1, 3, node), checkpoint }),
    consistency: consistencyProof(2, 3, node).map(encodeHex).join("\n"),
    answer: independent.answer,
  };
}

const WRAPPED = ["tile", "bundle"];
const shown = (name: string, block: string) => (WRAPPED.includes(name) ? block.replaceAll("\n", "") : block);

describe("docs", () => {
  const format = blocksOf("ledger-format.md", "example");
  const audit = blocksOf("ledger.md", "example");

  it("show the bytes that an independent program made, and that our code makes again", async () => {
    const ours = await regenerate();
    expect([...format.keys()].sort()).toEqual(
      Object.keys(ours)
        .filter((name) => name !== "answer")
        .sort(),
    );
    expect([...audit.keys()]).toEqual(["receipt", "answer"]);
    const theirs: Readonly<Record<string, unknown>> = independent;
    for (const [name, block] of [...format, ...audit]) {
      expect(shown(name, block), name).toBe(String(theirs[name]).trimEnd());
      expect(shown(name, block), name).toBe(ours[name]?.trimEnd());
    }
  });

  it("show the hashes of the tree, and a consistency that holds", async () => {
    const page = readFileSync(join(ROOT, "docs", "ledger-format.md"), "utf8");
    for (const name of ["leaf_0", "leaf_1", "leaf_2", "root_2", "root_3"] as const) {
      expect(page).toContain(`\`${independent[name]}\``);
    }
    const key = parseVkey(independent.vkey);
    const [old, now] = await Promise.all(
      ["checkpoint_2", "checkpoint_3"].map((name) => openCheckpoint(`${format.get(name)}\n`, key)),
    );
    const proof = [Uint8Array.from(Buffer.from(format.get("consistency") ?? "", "hex"))];
    if (old === undefined || now === undefined) throw new Error("no checkpoints");
    expect(provesConsistency(old, now, proof)).toBe(true);
    expect(provesConsistency(now, old, proof)).toBe(false);
    for (const vkey of [independent.vkey, independent.next_vkey]) {
      const note = `${format.get("checkpoint_rotated")}\n`;
      expect(await openCheckpoint(note, parseVkey(vkey))).toMatchObject({ size: 3 });
    }
    expect(decodeBase64(format.get("commitment") ?? "")).toEqual(
      decodeBase64(JSON.parse(format.get("entry_1") ?? "").commitment),
    );
  });

  it("show what the command says, as it says it", async () => {
    const said = blocksOf("ledger.md", "said");
    const page = readFileSync(join(ROOT, "docs", "ledger.md"), "utf8");
    const vkey = /--vkey (callers360\.example\S+)/.exec(page)?.[1] ?? "";
    const receipt = join(folder, "1.tlog-proof");
    const answer = join(folder, "answer.json");
    writeFileSync(receipt, `${audit.get("receipt")}\n`);
    const verify = (text: string) => {
      writeFileSync(answer, text);
      const args = ["verify/main.ts", "receipt", receipt, "--record", answer, "--vkey", vkey];
      return new Promise<string>((done) => {
        execFile(process.execPath, args, { cwd: ROOT }, (_, out, err) => done((out + err).trimEnd()));
      });
    };
    const text = audit.get("answer") ?? "";
    expect(await verify(text)).toBe(said.get("receipt"));
    const changed = text.replace('"marketing": false', '"marketing": true');
    expect(changed).not.toBe(text);
    expect(await verify(changed)).toBe(said.get("changed"));
  });
});
