import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newDataFolder, type Product, refusedStart, startProduct } from "./product.ts";

let dataFolder: string;
let product: Product;

beforeAll(async () => {
  dataFolder = newDataFolder();
  product = await startProduct({ dataFolder });
});

afterAll(async () => {
  await product.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

async function demoSummary(of: Product): Promise<{ n: number }> {
  const to = new Date(Date.now() + 60_000).toISOString();
  const response = await fetch(
    `${of.start.url}/api/v1/metrics/summary?from=2020-01-01T00:00:00Z&to=${to}`,
    bearer(of.start.keys.read),
  );
  expect(response.status).toBe(200);
  return response.json();
}

it("writes start.json for its owner only, with addresses that answer", async () => {
  expect(statSync(join(dataFolder, "start.json")).mode & 0o777).toBe(0o600);
  expect(statSync(join(dataFolder, "credentials.json")).mode & 0o777).toBe(0o600);
  const { start } = product;
  expect(start.site_origins).toEqual([start.url, start.url.replace("127.0.0.1", "localhost")]);
  for (const page of Object.values(start.pages)) {
    const response = await fetch(new URL(page, start.url), { redirect: "manual" });
    expect([200, 302]).toContain(response.status);
  }
  expect((await fetch(`${start.url}/log/${start.log}/vkey`).then((r) => r.text())).trim()).toBe(start.vkey);
});

it("loads demo calls that end now and begin 90 days ago, in the demo organisation only", async () => {
  expect((await demoSummary(product)).n).toBeGreaterThan(20_000);
  const newest = await fetch(
    `${product.start.url}/api/v1/calls?limit=1`,
    bearer(product.start.keys.read),
  ).then((r) => r.json());
  expect(newest.calls[0].call_id).toMatch(/^demo_/);
  const second = await fetch(
    `${product.start.url}/api/v1/metrics/summary?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z`,
    bearer(product.start.second.keys.read),
  ).then((r) => r.json());
  expect(second.n).toBe(0);
});

it("refuses a second start on the same folder, and leaves the first one alone", async () => {
  const { code, words } = await refusedStart(dataFolder);
  expect(code).toBe(1);
  expect(words.trim()).toMatch(/^Another start is already running on the data folder .+\.$/);
  expect(existsSync(join(dataFolder, "start.json"))).toBe(true);
});

it("refuses a taken port in one sentence", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = address !== null && typeof address === "object" ? String(address.port) : "";
  const folder = newDataFolder();
  const { code, words } = await refusedStart(folder, { env: { PORT: port } });
  expect(code).toBe(1);
  expect(words.trim()).toBe(`Port ${port} is taken; stop what uses it, or choose another with PORT.`);
  other.close();
  rmSync(folder, { recursive: true });
});

it("refuses a folder that is a file, or cannot be written", async () => {
  const folder = newDataFolder();
  const file = join(folder, "file");
  await once(spawn("touch", [file]), "exit");
  const { code, words } = await refusedStart(file);
  expect(code).toBe(1);
  expect(words.trim()).toMatch(/^The data folder .+ cannot be written; choose another with DATA_DIR\.$/);
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

it.runIf(existsSync("/proc/self"))("refuses a folder where the system lets nobody make one", async () => {
  const { code, words } = await refusedStart("/proc/callers360/data");
  expect(code).toBe(1);
  expect(words.trim()).toBe(
    "The data folder /proc/callers360/data cannot be written; choose another with DATA_DIR.",
  );
});

it("ends with everything on Ctrl-C, and starts again within 10 s with the same data and credentials", async () => {
  const before = await demoSummary(product);
  const { start } = product;
  await product.stop();
  for (const pid of Object.values(start.pids)) expect(() => process.kill(pid, 0)).toThrow();
  expect(existsSync(join(dataFolder, "start.json"))).toBe(false);

  product = await startProduct({ dataFolder });
  expect(product.start.keys).toEqual(start.keys);
  expect(product.start.admin).toEqual(start.admin);
  expect(product.start.vkey).toBe(start.vkey);
  expect(await demoSummary(product)).toMatchObject({ n: before.n });
});

it("makes new credentials where credentials.json is missing, and revokes the old", async () => {
  const old = product.start;
  await product.stop();
  rmSync(join(dataFolder, "credentials.json"));
  product = await startProduct({ dataFolder });
  expect(product.start.keys.read).not.toBe(old.keys.read);
  const refused = await fetch(`${product.start.url}/api/v1/calls?limit=1`, bearer(old.keys.read));
  expect(refused.status).toBe(401);
  expect((await demoSummary(product)).n).toBeGreaterThan(20_000);
});

it("leaves no process behind when npm is killed without a word", async () => {
  product.process.kill("SIGKILL");
  await expect
    .poll(() => Object.values(product.start.pids).filter(runs), { timeout: 10_000, interval: 100 })
    .toEqual([]);
  product = await startProduct({ dataFolder });
  expect((await demoSummary(product)).n).toBeGreaterThan(20_000);
});

it("ends with exit 1 and a sentence when a child dies", async () => {
  let words = "";
  product.process.stderr?.on("data", (text: string) => {
    words += text;
  });
  const ended = once(product.process, "exit");
  process.kill(product.start.pids.db, "SIGKILL");
  const [code] = await ended;
  expect(code).toBe(1);
  expect(words).toMatch(/the database ended by itself/);
  expect(() => process.kill(product.start.pids.worker, 0)).toThrow();
  expect(readFileSync(join(dataFolder, "credentials.json"), "utf8")).toContain("c360_");
});
