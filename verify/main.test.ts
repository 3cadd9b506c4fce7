import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { joinBytes, utf8 } from "../worker/ledger/bytes.ts";
import { renderCheckpoint } from "../worker/ledger/checkpoint.ts";
import vectors from "../worker/ledger/fixtures/tree-vectors.json" with { type: "json" };
import { renderVkey, signNote } from "../worker/ledger/signed-note.ts";
import { signerOf } from "../worker/ledger/signing-key.ts";
import { renderTlogProof } from "../worker/ledger/tlog-proof.ts";
import { leafHash } from "../worker/ledger/tree.ts";
import { entries, filesOf, serveLog, signer, vkey } from "./fixtures/static-log.ts";

const SIZE = 600;
const folder = mkdtempSync(join(tmpdir(), "callers360-verify-"));

let files = new Map<string, Uint8Array>();
let server: Awaited<ReturnType<typeof serveLog>>;
let url = "";

beforeAll(async () => {
  server = await serveLog(() => files);
  url = server.url;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs the command as a person does. */
function verify(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      ["verify/main.ts", ...args],
      { cwd: join(import.meta.dirname, "..") },
      (error, out, err) => {
        done({ code: error === null ? 0 : Number(error.code), said: out + err });
      },
    );
  });
}

async function checkpointOf(count: number): Promise<string> {
  return file(`checkpoint-${count}`, (await filesOf(entries(count))).get("checkpoint") ?? "");
}

describe("verify receipt", () => {
  const receipt = file("good.tlog-proof", vectors.signed.receipt);

  it("accepts another implementation's receipt, refuses a changed one, and tells misuse apart", async () => {
    expect(await verify("receipt", receipt, "--vkey", vectors.signed.vkey)).toEqual({
      code: 0,
      said: "verified: Entry 5 is in the tree of 7 that callers360.localhost/log/org_vector signed.\n",
    });
    const changed = file("changed.tlog-proof", vectors.signed.receipt.replace("index 5", "index 4"));
    expect(await verify("receipt", changed, "--vkey", vectors.signed.vkey)).toEqual({
      code: 1,
      said: "refused: The entry is not in the signed tree at this index: entry, index or proof was changed.\n",
    });
  });

  it.each([
    [[]],
    [["receipt"]],
    [["receipt", receipt]],
    [["receipt", receipt, "--vkey", "nonsense"]],
    [["receipt", join(folder, "absent"), "--vkey", vkey]],
    [["receipt", receipt, "--vkey", vkey, "--salt", "AAAA"]],
    [["receipt", receipt, "--vkey", vkey, "--url", "http://localhost"]],
    [["receipt", receipt, receipt, "--vkey", vkey]],
    [["log", "not a url", "--vkey", vkey]],
    [["log", "file:///etc/passwd", "--vkey", vkey]],
    [["consistency", receipt, "--url", "http://localhost", "--vkey", vkey]],
    [["prove", receipt]],
    [["receipt", receipt, "--vkey", vkey, "--unknown"]],
  ])("says how it is called for %j", async (args) => {
    const { code, said } = await verify(...args);
    expect(code).toBe(2);
    expect(said).toContain("Usage:");
  });

  it("opens an entry to its record, as the whole answer or the record alone", async () => {
    const { record, salt, leaf } = vectors.opening;
    const checkpoint = await signNote(
      renderCheckpoint({ origin: signer.name, size: 1, root: leafHash(utf8(leaf)) }),
      signer,
    );
    const own = file(
      "own.tlog-proof",
      renderTlogProof({ extra: utf8(leaf), index: 0, proof: [], checkpoint }),
    );
    const answer = {
      consent_id: record.consent_id,
      index: 0,
      record,
      salt,
      receipt: "/log/x/receipt/0.tlog-proof",
    };
    const check = (json: unknown, ...more: string[]) =>
      verify("receipt", own, "--vkey", vkey, "--record", file("r.json", JSON.stringify(json)), ...more);
    expect(await check(answer)).toMatchObject({
      code: 0,
      said: expect.stringContaining("exactly this record"),
    });
    expect(await check(answer, "--salt", salt)).toMatchObject({ code: 0 });
    expect(await check(record, "--salt", salt)).toMatchObject({ code: 0 });
    expect(await check(record)).toMatchObject({ code: 2 });
    for (const changed of [
      { ...answer, record: { ...record, language: "en" } },
      { ...answer, salt: btoa("x".repeat(32)) },
      { ...answer, index: 1 },
      { ...answer, consent_id: "cns_BBBBBBBBBBBBBBBBBBBBBB" },
      { ...answer, receipt: "/log/x/receipt/1.tlog-proof" },
      { ...answer, record: undefined },
      { ...answer, salt: undefined },
      [],
    ]) {
      expect(await check(changed), JSON.stringify(changed)).toMatchObject({ code: 1 });
    }
    expect(await check(answer, "--salt", btoa("x".repeat(32)))).toMatchObject({ code: 1 });
    const broken = file("broken.json", JSON.stringify(answer).slice(1));
    expect(await verify("receipt", own, "--vkey", vkey, "--record", broken)).toMatchObject({ code: 1 });
  });
});

describe("verify log", () => {
  it("hashes every entry of a log of three bundles again, and knows its past", async () => {
    files = await filesOf(entries(SIZE));
    expect(await verify("log", url, "--vkey", vkey)).toMatchObject({
      code: 0,
      said: expect.stringContaining("All 600 entries"),
    });
    for (const size of [0, 1, 256, 300, SIZE]) {
      const old = await checkpointOf(size);
      expect(await verify("log", `${url}/`, "--vkey", vkey, "--old", old), String(size)).toMatchObject({
        code: 0,
      });
    }
    files = await filesOf([]);
    expect(await verify("log", url, "--vkey", vkey)).toMatchObject({ code: 0 });
    expect(await verify("log", url, "--vkey", vkey, "--old", await checkpointOf(1))).toMatchObject({
      code: 1,
      said: expect.stringContaining("shrank"),
    });
  });

  it("refuses any changed file, a missing one, another past and another key", async () => {
    const good = await filesOf(entries(SIZE));
    for (const [path, bytes] of good) {
      files = new Map(good).set(
        path,
        joinBytes([bytes.subarray(0, -1), Uint8Array.of((bytes.at(-1) ?? 0) ^ 1)]),
      );
      expect(await verify("log", url, "--vkey", vkey), path).toMatchObject({ code: 1 });
      files = new Map(good);
      files.delete(path);
      expect(await verify("log", url, "--vkey", vkey), path).toMatchObject({ code: 1 });
    }
    files = good;
    const forked = await filesOf([utf8("another"), ...entries(SIZE).slice(1, 300)]);
    const old = file("forked", forked.get("checkpoint") ?? "");
    expect(await verify("log", url, "--vkey", vkey, "--old", old)).toMatchObject({ code: 1 });
    expect(
      await verify("consistency", old, await checkpointOf(SIZE), "--url", url, "--vkey", vkey),
    ).toMatchObject({
      code: 1,
      said: expect.stringContaining("two histories"),
    });
    const stranger = renderVkey(
      await signerOf(vectors.signed.secret, { origin: signer.name, generation: 2 }),
    );
    expect(await verify("log", url, "--vkey", stranger)).toMatchObject({ code: 1 });
  });
});

describe("verify consistency", () => {
  it("proves from tiles that one checkpoint continues another", async () => {
    files = await filesOf(entries(SIZE));
    const now = await checkpointOf(SIZE);
    for (const size of [0, 1, 255, 256, 300, SIZE]) {
      const old = await checkpointOf(size);
      expect(await verify("consistency", old, now, "--url", url, "--vkey", vkey), String(size)).toMatchObject(
        { code: 0 },
      );
    }
    // Both older than the log is by now: the newer one's partial tiles are prefixes.
    expect(
      await verify(
        "consistency",
        await checkpointOf(130),
        await checkpointOf(300),
        "--url",
        url,
        "--vkey",
        vkey,
      ),
    ).toMatchObject({ code: 0 });
    expect(
      await verify("consistency", now, await checkpointOf(300), "--url", url, "--vkey", vkey),
    ).toMatchObject({ code: 1 });
  });
});
