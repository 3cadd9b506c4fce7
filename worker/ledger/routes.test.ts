import { env, SELF } from "cloudflare:test";
import { sha256 } from "@noble/hashes/sha2.js";
import { beforeAll, describe, expect, it } from "vitest";
import { newOrganisation } from "../../tests/workerd/seed.ts";
import { append } from "./append.ts";
import { encodeHex, utf8 } from "./bytes.ts";
import { parseEntryBundle } from "./entry-bundle.ts";
import { parseVkey } from "./signed-note.ts";
import { leafHash } from "./tree.ts";
import { openCheckpoint, verifyReceipt } from "./verify-receipt.ts";

const SIZE = 258;
let log = "";

function get(path: string, init?: RequestInit): Promise<Response> {
  return SELF.fetch(`http://callers360.localhost${path}`, init);
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const response = await get(path);
  expect(response.status, path).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

beforeAll(async () => {
  log = (await newOrganisation()).log;
  await Promise.all(
    Array.from({ length: SIZE }, (_, i) =>
      append(env, log, "open", { kind: "policy", sha256: sha256(utf8(`version ${i}`)) }),
    ),
  );
});

describe("the log over HTTP", () => {
  it("serves its key and a fresh checkpoint signed by it", async () => {
    const vkey = await (await get(`/log/${log}/vkey`)).text();
    const response = await get(`/log/${log}/checkpoint`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
    });
    const note = await response.text();
    const lines = note.split("\n");
    expect(lines.slice(0, 2)).toEqual([`callers360.localhost/log/${log}`, String(SIZE)]);
    expect(lines.slice(3)).toEqual([
      "",
      expect.stringMatching(`^— callers360.localhost/log/${log} [A-Za-z0-9+/]+=*$`),
      "",
    ]);
    expect(await openCheckpoint(note, parseVkey(vkey))).toMatchObject({ size: SIZE });
  });

  it("serves tiles and entry bundles that belong together, full ones for ever", async () => {
    const full = await get(`/log/${log}/tile/0/000`);
    expect(Object.fromEntries(full.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "cache-control": "public, max-age=31536000, immutable",
      "access-control-allow-origin": "*",
    });
    const hashes = new Uint8Array(await full.arrayBuffer());
    expect(hashes.length).toBe(8192);
    const entries = parseEntryBundle(await bytesOf(`/log/${log}/tile/entries/000`), 256);
    expect(entries.map((entry) => encodeHex(leafHash(entry))).join("")).toBe(encodeHex(hashes));
    expect((await bytesOf(`/log/${log}/tile/0/001.p/2`)).length).toBe(64);
    expect((await bytesOf(`/log/${log}/tile/1/000.p/1`)).length).toBe(32);
    expect(parseEntryBundle(await bytesOf(`/log/${log}/tile/entries/001.p/1`), 1).length).toBe(1);
    expect(await bytesOf(`/log/${log}/tile/0/000.p/255`)).toEqual(hashes.slice(0, 255 * 32));
    expect((await get(`/log/${log}/tile/0/001.p/2`)).headers.get("cache-control")).not.toContain("immutable");
  });

  it.each([
    "tile/0/001",
    "tile/0/001.p/3",
    "tile/0/002.p/1",
    "tile/1/000",
    "tile/2/000.p/1",
    "tile/63/000.p/1",
    "tile/00/000",
    "tile/0/0",
    "tile/0/x000/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/%30%30%30",
    "tile/0/000/",
    "tile/entries/001",
    "tile/entries/001.p/3",
    "tile/",
    "receipt/258.tlog-proof",
    "receipt/00.tlog-proof",
    "receipt/-1.tlog-proof",
    "receipt/1e1.tlog-proof",
    "receipt/%30.tlog-proof",
    "%63heckpoint",
    "receipt/9007199254740992.tlog-proof",
    "receipt/0",
    "receipt/0.tlog-proof/",
    "nothing",
  ])("has nothing at %s", async (path) => {
    const response = await get(`/log/${log}/${path}`);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("gives every entry a receipt that is verified against its key", async () => {
    const vkey = await (await get(`/log/${log}/vkey`)).text();
    for (const index of [0, 1, 128, 254, 255, 256, 257]) {
      const response = await get(`/log/${log}/receipt/${index}.tlog-proof`);
      expect(response.headers.get("content-type")).toContain("text/plain");
      expect(response.headers.get("cache-control")).toBe("no-store");
      const verdict = await verifyReceipt(new Uint8Array(await response.arrayBuffer()), vkey);
      expect(verdict).toMatchObject({ verified: true, index, checkpoint: { size: SIZE } });
    }
  });

  it("signs an empty log's checkpoint, the same for all who ask", async () => {
    const empty = (await newOrganisation()).log;
    const notes = await Promise.all(
      [1, 2, 3].map(async () => (await get(`/log/${empty}/checkpoint`)).text()),
    );
    expect(new Set(notes).size).toBe(1);
    expect(notes[0]).toContain(
      `callers360.localhost/log/${empty}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n`,
    );
    expect((await get(`/log/${empty}/tile/0/000.p/1`)).status).toBe(404);
    expect((await get(`/log/${empty}/receipt/0.tlog-proof`)).status).toBe(404);
  });

  it("refuses what it does not know in the manners of the contract", async () => {
    for (const name of ["checkpoint", "vkey", "verify", "receipt/0.tlog-proof", "tile/0/000.p/1"]) {
      expect((await get(`/log/org_nobody/${name}`)).status, name).toBe(404);
    }
    expect((await get(`/log/${log}/checkpoint?fresh=1`)).status).toBe(422);
    expect((await get(`/log/${log}/checkpoint`, { method: "POST" })).status).toBe(405);
    expect((await get(`/log/${log}/checkpoint`, { method: "HEAD" })).status).toBe(200);
  });

  it("has a page that checks a receipt, under the strict policy", async () => {
    const response = await get(`/log/${log}/verify`);
    expect(response.headers.get("content-type")).toBe("text/html; charset=UTF-8");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    const page = await response.text();
    expect(page).toContain(await (await get(`/log/${log}/vkey`)).text());
    expect(page).toContain(`<label for="receipt">`);
    expect(page).not.toMatch(/<script(?![^>]*src=)|style=|onclick/);
  });
});
