import type { Browser } from "playwright-core";
import type { Contender } from "./peers.ts";

/** The profile of the design: a phone on a slow line. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 };
const CPU_SLOWER = 4;

/** One cold visit, in milliseconds since the navigation began; the last two since the click on accept. */
export interface Visit {
  readonly firstPaint: number;
  readonly shown: number;
  readonly blocking: number;
  readonly gone: number;
  readonly gatedScript: number;
}

/** Opens the page in a browser context of its own; without a contender only what the page itself does is measured. */
export async function visit(browser: Browser, url: string, contender: Contender | null): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
    await cdp.send("Network.emulateNetworkConditions", NETWORK);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWER });
    await page.addInitScript(watch, contender?.shown ?? null);
    await page.goto(url, { waitUntil: "load" });
    if (contender === null) {
      await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
      await page.waitForTimeout(600);
      const { firstPaint, blocking } = await page.evaluate(read);
      return { firstPaint, shown: 0, blocking, gone: 0, gatedScript: 0 };
    }
    await page.waitForFunction(() => Reflect.get(window, "bench").shown > 0, null, { timeout: 20_000 });
    // Whatever it does after it is there belongs to what it blocks.
    await page.waitForTimeout(600);
    const before = await page.evaluate(read);
    await page.evaluate(agree, contender.accept);
    await page.waitForFunction(
      () => Reflect.get(window, "bench").gone > 0 && Reflect.get(window, "gated") > 0,
      null,
      { timeout: 10_000 },
    );
    const { gone } = await page.evaluate(read);
    const gated = await page.evaluate(() => Number(Reflect.get(window, "gated")));
    const clicked = await page.evaluate(() => Number(Reflect.get(window, "bench").clicked));
    return { ...before, gone: gone - clicked, gatedScript: gated - clicked };
  } finally {
    await context.close();
  }
}

interface Bench {
  shown: number;
  gone: number;
  blocking: number;
  clicked: number;
}

/** Runs in the page before anything else: looks at each frame whether the banner can be seen. */
function watch(selector: string | null): void {
  const bench: Bench = { shown: 0, gone: 0, blocking: 0, clicked: 0 };
  Object.assign(window, { bench });
  new PerformanceObserver((list) => {
    // What was there before the click: Total Blocking Time counts what of a task is over 50 ms.
    for (const { duration } of list.getEntries())
      if (bench.clicked === 0) bench.blocking += Math.max(0, duration - 50);
  }).observe({ type: "longtask", buffered: true });
  if (selector === null) return;
  const [outer = "", inner] = selector.split(">>>");
  const find = () => {
    const found = document.querySelector(outer);
    return inner === undefined ? found : (found?.shadowRoot?.querySelector(inner) ?? null);
  };
  const look = () => {
    const element = find();
    const box = element?.getBoundingClientRect();
    const seen =
      element?.checkVisibility({ opacityProperty: true, visibilityProperty: true }) === true &&
      box !== undefined &&
      box.height > 0 &&
      box.top < innerHeight;
    if (seen && bench.shown === 0) bench.shown = performance.now();
    if (!seen && bench.clicked > 0 && bench.gone === 0) bench.gone = performance.now();
    if (bench.gone === 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function agree(accept: string): void {
  const [outer = "", inner] = accept.split(">>>");
  const found = document.querySelector<HTMLElement>(outer);
  const button = inner === undefined ? found : found?.shadowRoot?.querySelector<HTMLElement>(inner);
  if (!button) throw new Error("there is no button to accept");
  Reflect.get(window, "bench").clicked = performance.now();
  button.click();
}

function read(): { firstPaint: number; shown: number; blocking: number; gone: number } {
  const { shown, blocking, gone }: Bench = Reflect.get(window, "bench");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return { firstPaint: paint?.startTime ?? Number.NaN, shown, blocking, gone };
}
