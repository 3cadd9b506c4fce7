import { createHash, createPublicKey, verify } from "node:crypto";
import { readLog, treeHash } from "../product/public-log.ts";

/** A consent that was answered with 201. */
export interface Acknowledged {
  readonly index: number;
  readonly record: Readonly<Record<string, unknown>>;
  /** Standard base64. */
  readonly salt: string;
}

/** What was promised while the log ran. */
export interface Promised {
  readonly acknowledged: readonly Acknowledged[];
  /** Every checkpoint that anybody was given, verbatim. */
  readonly checkpoints: ReadonlySet<string>;
}

/**
 * Holds a log against what was promised, by hand from the public formats (RFC 6962, C2SP): shares no
 * code with it.
 * @returns what is wrong, one sentence each; none when every promise was kept
 */
export async function auditLog(url: string, log: string, promised: Promised): Promise<string[]> {
  const wrong: string[] = [];
  const contents = await readLog(url, log);
  if (contents.hashedRoot !== contents.statedRoot) wrong.push("the entries do not hash to the stated root");
  if (contents.tiledRoot !== contents.statedRoot) wrong.push("the tiles do not hash to the stated root");

  const places = new Map<string, number[]>();
  for (const [at, entry] of contents.entries.entries()) places.set(entry, [...(places.get(entry) ?? []), at]);
  for (const one of promised.acknowledged) {
    const found = places.get(leafOf(one)) ?? [];
    if (found.length !== 1 || found[0] !== one.index)
      wrong.push(`the consent acknowledged at ${one.index} stands at [${found.join()}]`);
  }
  const consents = contents.entries.filter((entry) => entry.includes('"kind":"consent"')).length;
  if (consents !== promised.acknowledged.length)
    wrong.push(`${consents} consents are in the tree, ${promised.acknowledged.length} were acknowledged`);

  const vkey = await fetch(`${url}/log/${log}/vkey`).then((r) => r.text());
  const leaves = contents.entries.map((entry) => sha256(Buffer.of(0), Buffer.from(entry, "utf8")));
  const roots = new Map<number, string>();
  const rootAt = (size: number): string => {
    const known = roots.get(size) ?? treeHash(leaves.slice(0, size)).toString("base64");
    roots.set(size, known);
    return known;
  };
  for (const checkpoint of promised.checkpoints) {
    const { size, root } = openCheckpoint(checkpoint, vkey);
    if (size > contents.size)
      wrong.push(`a checkpoint of ${size} was given out, the log has ${contents.size}`);
    else if (rootAt(size) !== root)
      wrong.push(`a checkpoint of ${size} states another root than the log has`);
  }
  for (const one of promised.acknowledged) {
    const answer = await fetch(`${url}/log/${log}/receipt/${one.index}.tlog-proof`);
    if (answer.status !== 200) wrong.push(`the receipt of ${one.index} is ${answer.status}`);
    else wrong.push(...receiptFaults(await answer.text(), one, contents, vkey));
  }
  return wrong;
}

/** The leaf that the answer commits to. */
function leafOf({ record, salt }: Acknowledged): string {
  const commitment = sha256(Buffer.from(salt, "base64"), Buffer.from(sortedJson(record), "utf8"));
  return `{"commitment":"${commitment.toString("base64")}","kind":"consent","v":1}`;
}

/** RFC 8785 for what a record holds: texts, flags, whole numbers and objects with ASCII names. */
function sortedJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${sortedJson(one)}`).join()}}`;
}

/** C2SP signed-note and tlog-checkpoint. @throws Error when the key did not sign it */
function openCheckpoint(note: string, vkey: string): { size: number; root: string } {
  const end = note.indexOf("\n\n") + 1;
  const text = note.slice(0, end);
  const [name = ""] = vkey.split("+");
  const keyBytes = Buffer.from(vkey.trim().slice(name.length + 10), "base64");
  const signature = Buffer.from(note.slice(end + 1).split(" ")[2] ?? "", "base64").subarray(4);
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), keyBytes.subarray(1)]),
    format: "der",
    type: "spki",
  });
  if (!verify(null, Buffer.from(text, "utf8"), publicKey, signature)) throw new Error(`not signed: ${note}`);
  const [, size = "", root = ""] = text.split("\n");
  return { size: Number(size), root };
}

/** C2SP tlog-proof, and the check of RFC 9162, section 2.1.3.2. */
function receiptFaults(
  receipt: string,
  one: Acknowledged,
  newest: { size: number; statedRoot: string },
  vkey: string,
): string[] {
  const end = receipt.indexOf("\n\n");
  const [, extra = "", index, ...path] = receipt.slice(0, end).split("\n");
  const { size, root } = openCheckpoint(receipt.slice(end + 2), vkey);
  const entry = Buffer.from(extra.replace("extra ", ""), "base64");
  let node = one.index;
  let last = size - 1;
  let hash = sha256(Buffer.of(0), entry);
  for (const line of path) {
    const sibling = Buffer.from(line, "base64");
    if (node % 2 === 1 || node === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else hash = sha256(Buffer.of(1), hash, sibling);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  const holds =
    index === `index ${one.index}` &&
    entry.toString("utf8") === leafOf(one) &&
    last === 0 &&
    hash.toString("base64") === root &&
    size === newest.size &&
    root === newest.statedRoot;
  return holds ? [] : [`the receipt of ${one.index} does not hold`];
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}
