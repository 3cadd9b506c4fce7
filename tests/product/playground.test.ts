import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openBrowser } from "./browser.ts";
import { type Product, startProduct } from "./product.ts";

let product: Product;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ args: ["--empty"] }), openBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await product.stop();
});

beforeEach(async () => {
  page = await browser.newPage();
  await page.goto(`${product.start.url}/playground/`);
  return () => page.close();
});

const PATIENCE = { timeout: 60_000 };
const preview = () => page.frameLocator('iframe[title="A page with the banner"]');
const banner = () => preview().locator("c360-consent");
const json = () => page.getByRole("textbox", { name: "The settings as JSON" });

describe("the playground", () => {
  it("shows the real banner, and sends and keeps nothing of what is chosen in it", async () => {
    const posted: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST") posted.push(request.url());
    });
    await banner().getByRole("button", { name: "Accept all" }).click();
    await page.getByText('"action":"accept_all"').waitFor();
    await page.getByText(/^recorded /).waitFor();
    expect(posted).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);
  });

  it("shows a changed setting in the banner and in the JSON", async () => {
    await json().waitFor();
    const document = JSON.parse(await json().inputValue());
    document.notice.texts.en.heading = "Cookies at Gera";
    await json().fill(JSON.stringify(document));
    await json().blur();
    await banner().getByText("Cookies at Gera").waitFor();
    await page.getByLabel("Site name").fill("Gera Floors");
    await page.getByLabel("Site name").blur();
    await expect.poll(async () => JSON.parse(await json().inputValue()).notice.site_name).toBe("Gera Floors");
  });

  it("says what would keep the settings from being published, and keeps the last good banner", async () => {
    await json().waitFor();
    const document = JSON.parse(await json().inputValue());
    document.notice.consent_days = 4000;
    await json().fill(JSON.stringify(document));
    await json().blur();
    const checks = page.getByRole("region", { name: "Checks before publishing" });
    await checks.getByText("/notice/consent_days").waitFor();
    await banner().getByRole("button", { name: "Accept all" }).waitFor();
  });

  it("adds a language by keyboard: to the banner, and to the JSON as a draft", async () => {
    const more = page.getByLabel("Another language");
    await more.waitFor(PATIENCE);
    expect(await more.locator("option").count()).toBe(29);
    await more.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await banner().getByText("అన్నీ సరే", { exact: true }).waitFor(PATIENCE);
    const { notice } = JSON.parse(await json().inputValue());
    expect(notice.languages).toEqual(["en", "te"]);
    expect(notice.drafts.te).toContain("*");
    await page.getByText("తెలుగు is added").waitFor(PATIENCE);
    await page
      .getByRole("region", { name: "Checks before publishing" })
      .getByText("/notice/drafts/te")
      .waitFor(PATIENCE);
    // The focus stays where the next one is added.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Add it");
    expect(await more.locator("option").count()).toBe(28);
  });

  it("pins the code that the server gives, by its hash", async () => {
    await page.getByText("crossorigin=").waitFor();
    const pinned = await page.getByText("crossorigin=").textContent();
    const [, path = ""] = /\/c\/YOUR_SITE\/([0-9a-f]{32}\.js)/.exec(pinned ?? "") ?? [];
    const code = await (await fetch(`${product.start.url}/c/site_demo/${path}`)).arrayBuffer();
    const digest = Buffer.from(await crypto.subtle.digest("SHA-384", code)).toString("base64");
    expect(pinned).toContain(`integrity="sha384-${digest}"`);
  });
});
