import { createHash } from "node:crypto";

/**
 * A reader of a log that shares no code with it: it takes the public formats by hand (C2SP
 * tlog-checkpoint and tlog-tiles, RFC 6962) and hashes everything again.
 */
export interface LogContents {
  readonly size: number;
  /** Root as the checkpoint states it, base64. */
  readonly statedRoot: string;
  /** Root over the entries, base64. */
  readonly hashedRoot: string;
  /** Root over the level-0 tiles, base64. */
  readonly tiledRoot: string;
  readonly entries: readonly string[];
}

export async function readLog(url: string, log: string): Promise<LogContents> {
  const [, sizeLine = "", statedRoot = ""] = (
    await fetch(`${url}/log/${log}/checkpoint`).then((r) => r.text())
  ).split("\n");
  const size = Number(sizeLine);
  const entries: string[] = [];
  const hashes: Buffer[] = [];
  for (let tile = 0; tile * 256 < size; tile += 1) {
    const width = Math.min(256, size - tile * 256);
    const suffix = `${tilePath(tile)}${width === 256 ? "" : `.p/${width}`}`;
    const bundle = Buffer.from(await get(`${url}/log/${log}/tile/entries/${suffix}`));
    for (let at = 0; at < bundle.length; ) {
      const length = bundle.readUInt16BE(at);
      entries.push(bundle.subarray(at + 2, at + 2 + length).toString("utf8"));
      at += 2 + length;
    }
    const row = Buffer.from(await get(`${url}/log/${log}/tile/0/${suffix}`));
    for (let at = 0; at < row.length; at += 32) hashes.push(row.subarray(at, at + 32));
  }
  const leaves = entries.map((entry) => sha256(Buffer.concat([Buffer.of(0), Buffer.from(entry, "utf8")])));
  return {
    size,
    statedRoot,
    hashedRoot: treeHash(leaves).toString("base64"),
    tiledRoot: treeHash(hashes).toString("base64"),
    entries,
  };
}

/** RFC 6962, section 2.1, as it is written there. */
export function treeHash(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256(Buffer.alloc(0));
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(
    Buffer.concat([Buffer.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split))]),
  );
}

function tilePath(tile: number): string {
  const digits =
    String(tile)
      .padStart(Math.ceil(String(tile).length / 3) * 3, "0")
      .match(/\d{3}/g) ?? [];
  return digits.map((group, i) => (i === digits.length - 1 ? group : `x${group}`)).join("/");
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

async function get(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return response.arrayBuffer();
}
