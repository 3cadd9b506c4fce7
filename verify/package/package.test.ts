import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import vectors from "../../worker/ledger/fixtures/tree-vectors.json" with { type: "json" };
import { entries, filesOf, serveLog, vkey } from "../fixtures/static-log.ts";
import { buildPackage } from "./build.ts";
import type * as Published from "./index.d.ts";
import * as ours from "./index.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "callers360-verify-package-"));
const home = join(folder, "home");
let server: Awaited<ReturnType<typeof serveLog>>;
let files = new Map<string, Uint8Array>();

beforeAll(async () => {
  server = await serveLog(() => files);
  await buildPackage(join(folder, "built"));
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{"private":true}');
  const { stdout } = await run("npm", ["pack", "--silent"], { cwd: join(folder, "built") });
  const tarball = join(folder, "built", stdout.trim());
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: home });
}, 120_000);
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file beside the installed package. */
function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(home, name), content);
  return name;
}

/** Runs the installed command. */
async function verify(...args: string[]): Promise<string> {
  const { stdout } = await run("node_modules/.bin/callers360-verify", args, { cwd: home });
  return stdout;
}

it("installs from its tarball without network, and says what the command of this repository says", async () => {
  files = await filesOf(entries(300));
  const old = file("old", (await filesOf(entries(200))).get("checkpoint") ?? "");
  const now = file("now", files.get("checkpoint") ?? "");
  const receipt = file("good.tlog-proof", vectors.signed.receipt);
  const [origin] = vkey.split("+");
  expect(await verify("receipt", receipt, "--vkey", vectors.signed.vkey)).toBe(
    "verified: Entry 5 is in the tree of 7 that callers360.localhost/log/org_vector signed.\n",
  );
  expect(await verify("log", server.url, "--vkey", vkey, "--old", old)).toBe(
    `verified: All 300 entries of ${origin} hash to the root that it signed. It continues the tree of 200 unchanged.\n`,
  );
  expect(await verify("consistency", old, now, "--url", server.url, "--vkey", vkey)).toBe(
    `verified: The tree of 300 of ${origin} continues the tree of 200 unchanged.\n`,
  );
  const changed = file("changed", vectors.signed.receipt.replace("index 5", "index 4"));
  await expect(verify("receipt", changed, "--vkey", vectors.signed.vkey)).rejects.toMatchObject({ code: 1 });
  await expect(verify("receipts")).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("\n  callers360-verify receipt FILE"),
  });
});

it("is a module for programs, whose types are those of the source", async () => {
  const types: typeof Published = ours;
  expect(Object.keys(types)).toEqual(["verifyReceipt"]);
  file(
    "program.js",
    `import("callers360-verify").then(async ({ verifyReceipt }) => {
       const receipt = require("node:fs").readFileSync("good.tlog-proof");
       console.log((await verifyReceipt(receipt, process.argv[2])).verified);
       console.log((await verifyReceipt(receipt.subarray(1), process.argv[2])).verified);
     });`,
  );
  file("good.tlog-proof", vectors.signed.receipt);
  const { stdout } = await run(process.execPath, ["program.js", vectors.signed.vkey], { cwd: home });
  expect(stdout).toBe("true\nfalse\n");
});
