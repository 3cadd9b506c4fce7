/// <reference types="node" />
import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { openStreet, PAGES, type Street, watch } from "./fixtures/open-street.ts";
import { openStage, type Stage } from "./journey.ts";

/** Five pages as there are on the web, each with third parties on origins of their own. */
let stage: Stage;
let street: Street;
let opened: BrowserContext | undefined;
beforeAll(async () => {
  stage = await openStage();
  street = await openStreet(stage);
});
afterAll(async () => {
  street.close();
  await stage.close();
});
beforeEach(async () => {
  await stage.reset();
  stage.configuration = street.configuration;
  street.asked.length = 0;
});
afterEach(() => opened?.close());

const act = (action: string) => `[data-c360-action=${action}]`;
const ran = (page: Page): Promise<string[]> => page.evaluate(() => Reflect.get(window, "ran") ?? []);
const keys = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key === "_an"));
const cookies = async (context: BrowserContext) => (await context.cookies()).map(({ name }) => name);

async function open(name: (typeof PAGES)[number]) {
  await street.show(name);
  const { page, context } = await stage.newPage();
  opened = context;
  const wrong = await watch(page);
  await page.goto(street.site, { waitUntil: "networkidle" });
  await page.waitForSelector(act("accept"));
  return { page, context, wrong };
}

/** How often each was asked for, whatever the order. */
function counted(): Record<string, number> {
  const count: Record<string, number> = {};
  for (const one of street.asked) count[one] = (count[one] ?? 0) + 1;
  return count;
}

const next = async (page: Page) => {
  await page.click("#next");
  await page.waitForURL(/\/next$/);
  await page.waitForLoadState("networkidle");
};

describe.each(PAGES)("a page of the kind %s", (name) => {
  const isSinglePage = name === "single-page";
  const once = {
    "tracker /analytics.js": 1,
    "tracker /hit": 1,
    "tracker /second.js": 1,
    "video /pixel.gif": 1,
    ...(name === "tag-manager" && { "video /pixel.js": 1 }),
    ...(isSinglePage ? { "tracker /view?path=/": 1 } : { "video /film": 1 }),
  };

  it("contacts nobody and keeps nothing before the choice, nor after a refusal", async () => {
    const { page, context, wrong } = await open(name);
    expect(street.asked).toEqual([]);
    expect(await cookies(context)).toEqual([]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    await page.click(act("reject"));
    await eventually(() => stage.consents.length).toBe(1);
    await next(page);
    await page.waitForSelector(act("open"));
    expect(await page.locator(act("accept")).count()).toBe(0);
    expect(await ran(page)).toEqual([]);
    expect(street.asked).toEqual([]);
    expect(await cookies(context)).toEqual(["c360_consent"]);
    expect(await keys(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it("runs all once and in order after agreeing, on the next page too, and stops with the withdrawal", async () => {
    const { page, context, wrong } = await open(name);
    await page.click(act("accept"));
    await eventually(() => ran(page)).toEqual(["analytics", "second", "inline"]);
    await eventually(counted).toEqual(once);
    await eventually(() => stage.consents.length).toBe(1);
    expect((await cookies(context)).sort()).toEqual(["_an", "c360_consent"]);

    street.asked.length = 0;
    await next(page);
    await eventually(() => ran(page)).toEqual(["analytics", "second", "inline"]);
    await eventually(counted).toEqual(
      isSinglePage ? { "tracker /view?path=/next": 1, "video /film": 1 } : once,
    );
    expect(await page.locator(act("accept")).count()).toBe(0);

    await page.click(act("open"));
    await page.click(`dialog ${act("reject")}`);
    await eventually(() => stage.consents.length).toBe(2);
    expect(stage.consents[1]?.body).toMatchObject({ action: "withdraw", choice: 2 });
    await eventually(() => cookies(context)).toEqual(["c360_consent"]);
    await eventually(() => keys(page)).toEqual([]);
    street.asked.length = 0;
    await page.goto(street.site, { waitUntil: "networkidle" });
    await next(page);
    expect(street.asked).toEqual([]);
    expect(await ran(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });
});

it("React's page goes on working, and hears the choice", async () => {
  const { page, wrong } = await open("react");
  await page.click(act("accept"));
  await eventually(() => page.locator("output").textContent()).toBe("visits are counted");
  await page.click("#basket");
  await eventually(() => page.locator("#basket").textContent()).toBe("In the basket: 1");
  expect(await page.locator("c360-consent").count()).toBe(1);
  expect(wrong).toEqual([]);
});

it("the tag manager starts with all denied, and is told of the choice", async () => {
  const { page } = await open("tag-manager");
  const start = await page.evaluate(() => Reflect.get(window, "dataLayerAtStart"));
  expect(start).toEqual(["consent default", "gtm.js"]);
  await page.click(act("accept"));
  const said = (): Promise<string[]> =>
    page.evaluate(() =>
      (window.dataLayer ?? []).map((entry) => JSON.stringify(Object.values(Object(entry)))),
    );
  await eventually(said).toContainEqual(expect.stringContaining('["consent","update",{'));
  const told = await said();
  expect(told[0]).toContain('"analytics_storage":"denied"');
  expect(told.at(-1)).toContain('"analytics_storage":"granted"');
});

it("the guides say what these pages do", () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
  const guides = read("../docs/embedding.md");
  const lines: readonly (readonly [string, string])[] = [
    ["plain/index.html", '<script async src="https://HOST/c/SITE.js"></script>'],
    ["plain/index.html", '<a href="/privacy" data-c360="open">Privacy choices</a>'],
    ["single-page/app.js", 'c360.on("consent", () => countView(c360));'],
    ["single-page/app.js", 'if (!c360.allows("analytics") || counted === location.pathname) return;'],
    ["tag-manager/index.html", '<script src="https://HOST/c/SITE.js"></script>'],
    ["strict-csp/index.html", '<script async nonce="NONCE" src="https://HOST/c/SITE.js"></script>'],
    ["strict-csp/policy.txt", "script-src 'nonce-NONCE' 'strict-dynamic'; style-src 'self'"],
  ];
  for (const [page, line] of lines) {
    expect(read(`fixtures/pages/${page}`)).toContain(line);
    expect(guides).toContain(line);
  }
});
