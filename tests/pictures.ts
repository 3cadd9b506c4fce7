import type { Page } from "playwright-core";
import { openBrowser } from "./product/browser.ts";
import { startProduct } from "./product/product.ts";

/** `npm run pictures`: the pictures of README and docs, taken from the running product. */
const FOLDER = new URL("../docs/pictures/", import.meta.url).pathname;
const VIEW = { width: 1120, height: 700 };

const product = await startProduct();
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: VIEW });
  await takeDashboard(page);
  await takeBanner(page);
  await takePolicy(page);
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

/** What is said of the demo's coming version: on the policy's page, in the mail, on the dashboard, word by word. */
async function takePolicy(page: Page): Promise<void> {
  const { url, pages } = product.start;
  await page.goto(`${url}/privacy`);
  await page.screenshot({ path: `${FOLDER}policy.png` });
  await page.getByRole("link", { name: "See what changes" }).click();
  // The first one is in the legend.
  await page
    .locator("ins")
    .nth(1)
    .evaluate((word) => word.scrollIntoView({ block: "center" }));
  await page.screenshot({ path: `${FOLDER}policy-difference.png` });
  const mails: { id: string; subject: string }[] = await fetch(
    new URL("/inbox/mails.json", pages.inbox),
  ).then((r) => r.json());
  const told = mails.find(({ subject }) => subject.includes("Privacy Policy"));
  await page.goto(new URL(`/inbox/${told?.id}.html`, pages.inbox).href);
  await page.screenshot({ path: `${FOLDER}policy-mail.png` });
  await page.goto(`${url}/`);
  await page
    .getByRole("region", { name: /Coming change/ })
    .screenshot({ path: `${FOLDER}policy-dashboard.png` });
}
