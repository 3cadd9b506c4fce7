import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  addReceipts,
  entries,
  filesOf,
  type LogFiles,
  serveLog,
  signer,
  vkey,
} from "../verify/fixtures/static-log.ts";
import { LogReader } from "../verify/log-reader.ts";
import { watchLog } from "../verify/watch-log.ts";
import { utf8 } from "../worker/ledger/bytes.ts";
import vectors from "../worker/ledger/fixtures/tree-vectors.json" with { type: "json" };
import { parseVkey, renderVkey } from "../worker/ledger/signed-note.ts";
import { signerOf } from "../worker/ledger/signing-key.ts";

let files: LogFiles = new Map();
let log: Awaited<ReturnType<typeof serveLog>>;
let folder = "";
beforeAll(async () => {
  log = await serveLog(() => files);
});
afterAll(() => log.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "callers360-monitor-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** Runs the monitor as cron does. */
function look(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  const args = ["cli/main.ts", "monitor", log.url, "--state", join(folder, "state.json"), ...more];
  if (!more.includes("--vkey")) args.push("--vkey", vkey);
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: join(import.meta.dirname, "..") }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const stateText = () => readFileSync(join(folder, "state.json"), "utf8");

/** A whole log of these entries, receipts too. */
async function logOf(content: readonly Uint8Array[], signers = [signer]): Promise<LogFiles> {
  return addReceipts(await filesOf(content, signers), content);
}

test("a log that only grows is in order, look after look", async () => {
  files = await logOf([]);
  expect(await look()).toMatchObject({ code: 0, out: expect.stringContaining("has 0 entries (first look)") });
  files = await logOf(entries(300));
  expect(await look()).toMatchObject({ code: 0, out: expect.stringContaining("300 since the last look") });
  files = await logOf(entries(531));
  const { code, out } = await look("--samples", "4");
  expect([code, out]).toEqual([0, expect.stringMatching(/has 531 entries \(231 since .*\), [2-4] receipts/)]);
  expect(await look("--quiet")).toEqual({ code: 0, out: "", err: "" });
});

test("a log that went back, or was forked before or at the kept size, is an alarm with its proof", async () => {
  const good = await logOf(entries(400));
  const changed = entries(400).map((entry, i) => (i === 17 ? utf8("another") : entry));
  const alarms: [LogFiles, string][] = [
    [await logOf(entries(399)), "The log went back"],
    [await logOf(changed), "two different trees of 400"],
    [await logOf([...changed, utf8("one more")]), "two histories"],
  ];
  for (const [doctored, words] of alarms) {
    files = good;
    expect((await look()).code).toBe(0);
    const before = stateText();
    files = doctored;
    const { code, out, err } = await look();
    expect([code, out, err]).toEqual([1, "", expect.stringContaining(words)]);
    expect(err).toMatch(/^ALARM http/);
    // The good state stays, so that the next look alarms again.
    expect(stateText()).toBe(before);
    expect((await look()).code).toBe(1);
    const alarm = readdirSync(folder).find((name) => name.includes(".alarm-")) ?? "";
    const { checkpoints } = JSON.parse(readFileSync(join(folder, alarm), "utf8"));
    expect(checkpoints).toHaveLength(2);
    for (const name of readdirSync(folder)) if (name.includes(".alarm-")) rmSync(join(folder, name));
  }
});

/** One look without a process around it. */
const watch = (kept: string | null, samples: number, ...vkeys: readonly string[]) =>
  watchLog(new LogReader(new URL(`${log.url}/`)), vkeys.map(parseVkey), kept, samples);

test("a receipt, an entry or a tree for receipts alone that was doctored is refused", async () => {
  const content = entries(40);
  const fork = entries(40).map((entry, i) => (i === 3 ? utf8("another") : entry));
  const forged = await logOf(fork);
  const doctored: [(good: LogFiles) => void, string][] = [
    [(good) => good.set("receipt/39.tlog-proof", good.get("receipt/38.tlog-proof") ?? utf8("")), "entry 38"],
    [(good) => good.delete("receipt/39.tlog-proof"), "no receipt of its entry 39"],
    [(good) => good.set("tile/entries/000.p/40", forged.get("tile/entries/000.p/40") ?? utf8("")), "bundle"],
    [
      (good) => good.set("receipt/3.tlog-proof", forged.get("receipt/3.tlog-proof") ?? utf8("")),
      "different trees",
    ],
  ];
  for (const [change, words] of doctored) {
    files = await logOf(content);
    // So many that each entry is among them but for one chance in 10^17.
    const { sampled } = await watch(null, 1600, vkey);
    expect(sampled).toBe(40);
    change(files);
    await expect(watch(null, 1600, vkey)).rejects.toThrow(words);
  }
});

test("a silent log is no alarm, and a foreign state or key is said at once", async () => {
  files = await logOf(entries(5));
  expect((await look()).code).toBe(0);
  const before = stateText();
  const args = ["http://127.0.0.1:9/log/x", "--vkey", vkey, "--state", join(folder, "state.json")];
  const silent = await new Promise<number>((done) => {
    execFile(process.execPath, ["cli/main.ts", "monitor", ...args], (error) => done(Number(error?.code)));
  });
  expect(silent).toBe(3);
  expect(stateText()).toBe(before);

  const other = renderVkey(await signerOf(vectors.signed.secret, { origin: signer.name, generation: 2 }));
  expect(await look("--vkey", other)).toMatchObject({ code: 1, err: expect.stringContaining("not signed") });
  expect((await look("--vkey", "nonsense")).code).toBe(2);
  expect((await look("--samples", "-1")).code).toBe(2);
});

test("across a rotation, with both keys and then with the new one alone", async () => {
  const next = await signerOf(vectors.signed.secret, { origin: signer.name, generation: 2 });
  const [old, young] = [vkey, renderVkey(next)];
  files = await logOf(entries(10));
  const first = (await watch(null, 4, old)).checkpoint;
  files = await logOf(entries(20), [signer, next]);
  const both = (await watch(first, 4, old)).checkpoint;
  expect((await watch(first, 4, young)).checkpoint).toBe(both);
  files = await logOf(entries(30), [next]);
  await expect(watch(both, 4, old)).rejects.toThrow("not signed once by the key");
  expect(await watch(both, 4, old, young)).toMatchObject({ size: 30 });
  expect(await watch(both, 4, young)).toMatchObject({ size: 30 });
});
