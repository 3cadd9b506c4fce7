import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser } from "./browser.ts";
import { type Product, startProduct } from "./product.ts";

const PATIENCE = { timeout: 60_000 };
let product: Product;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ args: ["--empty"] }), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

it("is chosen in, looked up and taken back by keyboard alone, without script", async () => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 320, height: 640 },
  });
  const page = await context.newPage();
  await page.goto(`${product.start.url}/consent/site_demo`);
  /** Walks there as a visitor does: nothing that is used may be out of reach of Tab. */
  const tabTo = async (selector: string) => {
    for (let steps = 0; steps < 60; steps++) {
      await page.keyboard.press("Tab");
      if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    }
    throw new Error(`Tab never reaches ${selector}`);
  };
  await tabTo("input[name=analytics]");
  await page.keyboard.press("Space");
  await tabTo("button[value=save]");
  await page.keyboard.press("Enter");
  const recorded = page.locator(".recorded");
  await recorded.waitFor(PATIENCE);
  expect(await page.locator("input[name=analytics]").isChecked()).toBe(true);
  const [id = "", secret = ""] = await recorded.locator("p code").allTextContents();

  await tabTo("input[name=consent_id]");
  await page.keyboard.type(id);
  await page.keyboard.press("Tab");
  await page.keyboard.type(secret);
  await page.keyboard.press("Enter");
  const history = page.locator(".history > li");
  await history.first().waitFor(PATIENCE);
  expect(await history.allTextContents()).toEqual([expect.stringContaining("Analytics")]);

  await tabTo("button[value=reject]");
  await page.keyboard.press("Enter");
  await recorded.waitFor(PATIENCE);
  expect(await page.locator("input[name=analytics]").isChecked()).toBe(false);
  await tabTo(".recorded a");
  const receipt = await page.locator(".recorded a").getAttribute("href");
  expect(await fetch(product.start.url + receipt).then((answer) => answer.status)).toBe(200);
  await context.close();
});
