import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureChromium } from "../../tests/chromium.ts";
import { utf8 } from "../../worker/ledger/bytes.ts";
import { renderCheckpoint } from "../../worker/ledger/checkpoint.ts";
import vectors from "../../worker/ledger/fixtures/tree-vectors.json" with { type: "json" };
import { signNote } from "../../worker/ledger/signed-note.ts";
import { signerOf } from "../../worker/ledger/signing-key.ts";
import { renderTlogProof } from "../../worker/ledger/tlog-proof.ts";
import { leafHash } from "../../worker/ledger/tree.ts";
import { verifyPage } from "../../worker/ledger/verify-page.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "callers360-verify-page-"));
const { secret, origin, vkey, receipt } = vectors.signed;
/** Nothing inline, nothing from elsewhere, no connection at all. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
let server: Server;
let browser: Browser;
let url = "";

beforeAll(async () => {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: false,
      modulePreload: false,
      rolldownOptions: {
        input: { "verify-receipt": join(ROOT, "verify/page/client.ts") },
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  cpSync(join(ROOT, "verify/page/page.css"), join(folder, "verify-receipt.css"));
  cpSync(join(ROOT, "web/public/tokens.css"), join(folder, "tokens.css"));
  const page = String(await verifyPage([vkey]));
  server = createServer((request, response) => {
    const name = request.url ?? "";
    if (name === "/verify") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.setHeader("content-security-policy", POLICY);
      response.end(page);
      return;
    }
    response.setHeader("content-type", name.endsWith(".css") ? "text/css" : "text/javascript");
    response.end(/^\/[a-z-]+\.(js|css)$/.test(name) ? readFileSync(join(folder, name)) : "");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  url = `http://127.0.0.1:${address.port}/verify`;
  browser = await chromium.launch({
    executablePath: ensureChromium((line) => process.stdout.write(`${line}\n`)),
    args: ["--no-sandbox"],
  });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page, loaded, with the network gone and every fault of policy or script noted. */
async function offline(): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  await page.goto(url, { waitUntil: "networkidle" });
  await context.setOffline(true);
  return { page, faults };
}

function file(name: string, text: string): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: "text/plain", buffer: Buffer.from(text) };
}

it("says what a receipt proves, without a network, and why a changed one proves nothing", async () => {
  const { page, faults } = await offline();
  await page.getByLabel("Your receipt").setInputFiles(file("a.tlog-proof", receipt));
  const verdict = page.getByRole("status");
  await expect.poll(() => verdict.textContent()).toContain("This receipt is genuine");
  expect(await verdict.textContent()).toContain(`Entry 5 of the log ${origin}`);
  await page
    .getByLabel("Your receipt")
    .setInputFiles(file("b.tlog-proof", receipt.replace("index 5", "index 4")));
  await expect.poll(() => verdict.textContent()).toContain("This proves nothing");
  expect(faults).toEqual([]);
});

it("takes a dropped file", async () => {
  const { page, faults } = await offline();
  const dropped = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "c.tlog-proof"));
    return transfer;
  }, receipt);
  await page.dispatchEvent("#drop", "drop", { dataTransfer: dropped });
  await expect.poll(() => page.getByRole("status").textContent()).toContain("genuine");
  expect(faults).toEqual([]);
});

it("opens the entry to its record, by keyboard, and trusts another key where one is given", async () => {
  const { record, salt, leaf } = vectors.opening;
  const signer = await signerOf(secret, { origin, generation: 1 });
  const text = renderCheckpoint({ origin, size: 1, root: leafHash(utf8(leaf)) });
  const own = renderTlogProof({
    extra: utf8(leaf),
    index: 0,
    proof: [],
    checkpoint: await signNote(text, signer),
  });
  const { page, faults } = await offline();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("receipt");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByLabel("Your receipt").setInputFiles(file("own.tlog-proof", own));
  await page
    .getByLabel("The answer that came with it")
    .setInputFiles(file("r.json", JSON.stringify({ record, salt })));
  const verdict = page.getByRole("status");
  await expect.poll(() => verdict.textContent()).toContain("exactly the one that the entry commits to");
  const changed = JSON.stringify({ record: { ...record, language: "en" }, salt });
  await page.getByLabel("The answer that came with it").setInputFiles(file("r.json", changed));
  await expect.poll(() => verdict.textContent()).toContain("This proves nothing");
  await page.getByLabel("The log's verification keys").fill(`${vkey.slice(0, -4)}AAA=`);
  await page.getByLabel("The log's verification keys").blur();
  await expect.poll(() => verdict.textContent()).toContain("verification key");
  expect(faults).toEqual([]);
});

it("has no barrier that axe finds, in light, dark and on a small phone", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width: 320, height: 640 },
      bypassCSP: true,
    });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByText("More to check").click();
    await page.getByLabel("Your receipt").setInputFiles(file("a.tlog-proof", receipt));
    await expect.poll(() => page.getByRole("status").textContent()).toContain("genuine");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    if (process.env.SCREENSHOTS !== undefined) {
      await page.screenshot({
        path: join(process.env.SCREENSHOTS, `verify-${colorScheme}.png`),
        fullPage: true,
      });
    }
  }
});
