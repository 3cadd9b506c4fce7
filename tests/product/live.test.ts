import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser } from "./browser.ts";
import { type Product, startProduct } from "./product.ts";

let product: Product;
let browser: Browser;
let page: Page;
const requests: Request[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ args: ["--empty"] }), openBrowser()]);
  page = await browser.newPage();
  page.on("request", (request) => requests.push(request));
});

afterAll(async () => {
  await browser.close();
  await product.stop();
});

let serial = 0;

async function postCall(
  more: { team_id?: string; status?: "connected" | "missed"; duration_s?: number } = {},
) {
  serial += 1;
  const id = `live_${serial}`;
  const response = await fetch(`${product.start.url}/api/v1/calls`, {
    method: "POST",
    headers: { authorization: `Bearer ${product.start.keys.ingest}`, "content-type": "application/json" },
    body: JSON.stringify({
      events: [
        {
          event_id: id,
          call_id: id,
          revision: 1,
          team_id: "t_03",
          caller_id: "u_0001",
          direction: "outbound",
          status: "connected",
          started_at: new Date().toISOString(),
          duration_s: 61,
          analysis: null,
          ...more,
        },
      ],
    }),
  });
  expect(await response.json()).toMatchObject({ accepted: 1, rejected: [] });
}

const tile = (metric: string) => page.locator(`[data-metric=${metric}]`);
const tileBecomes = (metric: string, value: number, timeout = 15_000) =>
  page.waitForSelector(`[data-metric=${metric}][data-value="${value}"]`, { timeout, state: "attached" });

it("asks a stranger to sign in, and leads back to the page that was wanted", async () => {
  await page.goto(`${product.start.url}/?team=t_03`);
  await page.getByLabel("Email").fill(product.start.admin.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password").fill(product.start.admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await tile("n").waitFor();
  expect(new URL(page.url()).search).toBe("?team=t_03");
  await page.waitForSelector("[data-live=on]");
  await tileBecomes("n", 0);
});

it("shows an event within a second, over the WebSocket alone", async () => {
  await page.locator("canvas[role=img]").waitFor({ state: "attached" });
  await page.waitForLoadState("networkidle");
  const before = requests.length;
  const waits: number[] = [];
  for (const n of [1, 2, 3]) {
    const sent = performance.now();
    await postCall();
    await tileBecomes("n", n);
    waits.push(performance.now() - sent);
  }
  // The best of three: a busy machine may be late once, a page that polls is late always.
  expect(Math.min(...waits)).toBeLessThan(1000);
  expect(requests.slice(before).map((request) => request.url())).toEqual([]);
  await tileBecomes("talk_s", 183);
  await tileBecomes("connected", 3);
});

it("counts for the team in the URL only", async () => {
  await postCall({ team_id: "t_01", status: "missed", duration_s: 0 });
  await postCall({ status: "missed", duration_s: 0 });
  await tileBecomes("missed", 1);
  expect(await tile("n").getAttribute("data-value")).toBe("4");
});

it("loads the chart's library apart from the first script", async () => {
  const html = await page.request.get(`${product.start.url}/`).then((response) => response.text());
  const first = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? "");
  const scripts = requests
    .map((request) => new URL(request.url()).pathname)
    .filter((path) => path.endsWith(".js"));
  const later = scripts.filter((path) => !first.includes(path));
  expect(first.length).toBeGreaterThan(0);
  // A public method of Chart.js: its name survives minifying.
  const bodies = await Promise.all(
    later.map((path) => page.request.get(product.start.url + path).then((r) => r.text())),
  );
  expect(bodies.some((body) => body.includes("getDatasetMeta"))).toBe(true);
});

it("says that it is stale within 10 s of a stopped worker, and catches up by itself", async () => {
  process.kill(product.start.pids.worker, "SIGSTOP");
  try {
    await page.waitForSelector("[data-live=stale]", { timeout: 10_000 });
  } finally {
    process.kill(product.start.pids.worker, "SIGCONT");
  }
  await postCall();
  await page.waitForSelector("[data-live=on]", { timeout: 30_000 });
  await tileBecomes("n", 5, 30_000);
}, 90_000);

it("ends with the session: signed out elsewhere, the page asks to sign in within a second", async () => {
  const leaving = page.waitForRequest((request) => new URL(request.url()).pathname === "/sign-in");
  const signedOut = performance.now();
  await page.request.post(`${product.start.url}/api/auth/sign-out`, {
    headers: { origin: product.start.url },
    data: {},
  });
  await leaving;
  expect(performance.now() - signedOut).toBeLessThan(1000);
  await page.getByLabel("Password").waitFor();
});
