import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser } from "./browser.ts";
import { type Product, startProduct } from "./product.ts";

let product: Product;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ args: ["--empty"] }), openBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await product.stop();
});

it.each([
  "/privacy",
  "/privacy/history",
  "/subscribe/policy",
  "/subscribe/newsletter?lang=ur",
  "/privacy/2025-10-26..2025-10-26",
  "/log/org_demo/verify",
  "/sign-in",
  "/playground/",
  "/docs",
])(
  "%s is read on the narrowest phone without scrolling sideways, and axe finds nothing",
  async (path) => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    const answer = await page.goto(product.start.url + path);
    expect(answer?.status()).toBe(200);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    // The API's page is one long list of the same parts: axe needs only the beginning of it.
    const axe = new AxeBuilder({ page });
    if (path === "/docs") axe.include("main > :first-child");
    expect((await axe.analyze()).violations.map(({ id }) => id)).toEqual([]);
    await context.close();
  },
  60_000,
);
