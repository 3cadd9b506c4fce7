import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser } from "./browser.ts";
import { type Product, startProduct } from "./product.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const GATED = ["/demo/analytics.js", "/demo/frame.html"];

let product: Product;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callers360-receipt-"));
  [product, browser] = await Promise.all([startProduct({ args: ["--empty"] }), openBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Paths asked of the site's own origin. */
  readonly asked: string[];
}

/** A new visitor on the site at `localhost`; the tag comes from `127.0.0.1`, another origin. */
async function visit(): Promise<Visit> {
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(product.start.url.replace("127.0.0.1", "localhost") + product.start.pages.demo_site);
  await page.locator("[data-c360-action=accept]").waitFor();
  return { context, page, asked };
}

const press = (page: Page, action: string) =>
  page.locator(`[data-c360-action=${action}]:visible`).first().click();

function recorded(page: Page): Promise<{ consent_id: string; index: number; record: unknown; salt: string }> {
  return page
    .waitForResponse(
      (response) => response.url().includes("/api/v1/consent/") && response.request().method() === "POST",
    )
    .then(async (response) => {
      expect(response.status()).toBe(201);
      return response.json();
    });
}

function verify(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile("npm", ["run", "--silent", "verify", "--", ...args], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
    });
  });
}

async function keptEvents(consentId: string): Promise<{ events: { name: string }[] }> {
  const response = await fetch(
    `${product.start.url}/api/v1/sites/${product.start.site}/events?consent_id=${consentId}`,
    {
      headers: { authorization: `Bearer ${product.start.keys.manage}` },
    },
  );
  expect(response.status).toBe(200);
  return response.json();
}

it("asks for nothing gated and keeps nothing before a choice", async () => {
  const { context, page, asked } = await visit();
  await page.waitForTimeout(500);
  expect(asked.filter((path) => GATED.includes(path))).toEqual([]);
  expect(asked.filter((path) => path.startsWith("/api/"))).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  await context.close();
});

it("on accept runs what was held back, counts the visit, and gives a receipt that stands alone", async () => {
  const { context, page, asked } = await visit();
  const answer = recorded(page);
  const collected = page.waitForResponse((response) => response.url().includes("/api/v1/collect/"));
  await press(page, "accept");
  const { consent_id, index, record, salt } = await answer;
  expect((await collected).status()).toBe(204);
  await expect.poll(() => GATED.filter((path) => asked.includes(path))).toEqual(GATED);
  expect((await keptEvents(consent_id)).events.map((event) => event.name)).toEqual(["page_view"]);

  await press(page, "open");
  const download = page.waitForEvent("download");
  await page.locator("c360-consent a[download$='.tlog-proof']").click();
  const receipt = join(folder, "receipt.tlog-proof");
  await (await download).saveAs(receipt);
  const opening = join(folder, "record.json");
  writeFileSync(opening, JSON.stringify(record));

  const { vkey } = product.start;
  expect(await verify("receipt", receipt, "--vkey", vkey)).toMatchObject({ code: 0 });
  expect(await verify("receipt", receipt, "--vkey", vkey, "--record", opening, "--salt", salt)).toMatchObject(
    { code: 0 },
  );
  expect(readFileSync(receipt, "utf8")).toContain(`\nindex ${index}\n`);

  // Somebody else's key, and one bit of one byte in each line.
  expect(await verify("receipt", receipt, "--vkey", product.start.second.vkey)).toMatchObject({ code: 1 });
  const bytes = readFileSync(receipt);
  const ends = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([at]) => at);
  const tampered = join(folder, "tampered.tlog-proof");
  for (const at of ends) {
    for (const place of [at - 2, at]) {
      const changed = Buffer.from(bytes);
      changed[Math.max(0, place)] = (changed[Math.max(0, place)] ?? 0) ^ 1;
      writeFileSync(tampered, changed);
      expect(await verify("receipt", tampered, "--vkey", vkey), `byte ${place}`).toMatchObject({ code: 1 });
    }
  }

  // Another visitor's record does not open this receipt.
  writeFileSync(opening, JSON.stringify({ ...Object(record), language: "hi" }));
  expect(await verify("receipt", receipt, "--vkey", vkey, "--record", opening, "--salt", salt)).toMatchObject(
    { code: 1 },
  );

  // The whole log, hashed again.
  expect(await verify("log", `${product.start.url}/log/${product.start.log}`, "--vkey", vkey)).toMatchObject({
    code: 0,
  });
  await context.close();
}, 180_000);

it("on reject runs nothing, keeps no id on the device, and still records the choice", async () => {
  const { context, page, asked } = await visit();
  const answer = recorded(page);
  await press(page, "reject");
  expect((await answer).record).toMatchObject({
    action: "reject_all",
    categories: { preferences: false, analytics: false, marketing: false },
  });
  await page.reload();
  await page.locator("[data-c360-action=open]").waitFor();
  expect(await page.locator("[data-c360-action=accept]:visible").count()).toBe(0);
  expect(asked.filter((path) => GATED.includes(path))).toEqual([]);
  const [cookie, ...others] = await context.cookies();
  expect(others).toEqual([]);
  expect(cookie?.name).toBe("c360_consent");
  expect(cookie?.value).not.toContain("cns_");
  await context.close();
});

it("on choose runs what was chosen only, and withdrawing is as easy", async () => {
  const { context, page, asked } = await visit();
  await press(page, "choose");
  await page.locator("c360-consent input[name=analytics]").check();
  const answer = recorded(page);
  await press(page, "save");
  const { consent_id, record } = await answer;
  expect(record).toMatchObject({
    action: "custom",
    categories: { preferences: false, analytics: true, marketing: false },
  });
  await expect.poll(() => asked.includes("/demo/analytics.js")).toBe(true);
  expect(asked).not.toContain("/demo/frame.html");

  await press(page, "open");
  const withdrawn = recorded(page);
  await press(page, "reject");
  expect((await withdrawn).record).toMatchObject({ action: "withdraw", consent_id, choice: 2 });
  const collect = await fetch(`${product.start.url}/api/v1/collect/${product.start.site}`, {
    method: "POST",
    headers: { origin: product.start.url, "content-type": "application/json" },
    body: JSON.stringify({
      consent_id,
      events: [{ event_id: "late", name: "page_view", at: new Date().toISOString() }],
    }),
  });
  expect(collect.status).toBe(403);
  expect(await collect.json()).toMatchObject({ type: "https://callers360.com/problems/consent-required" });
  await context.close();
});
