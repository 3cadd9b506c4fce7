import type { Page } from "playwright-core";
import { openBrowser } from "./product/browser.ts";
import { startProduct } from "./product/product.ts";

/** `npm run pictures`: the README's pictures, taken from the running product. */
const FOLDER = new URL("../docs/pictures/", import.meta.url).pathname;
const VIEW = { width: 1120, height: 700 };

const product = await startProduct();
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: VIEW });
  await takeDashboard(page);
  await takeBanner(page);
} finally {
  await browser.close();
  await product.stop();
}

async function takeDashboard(page: Page): Promise<void> {
  const { url, admin } = product.start;
  await page.goto(`${url}/?team=t_03`);
  await page.getByLabel("Email").fill(admin.email);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector("[data-live=on]");
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: `${FOLDER}dashboard.png` });
}

async function takeBanner(page: Page): Promise<void> {
  await page.goto(`${product.start.url.replace("127.0.0.1", "localhost")}/demo/`);
  await page.locator("[data-c360-action=accept]").waitFor();
  await page.screenshot({ path: `${FOLDER}banner.png` });
}
