/// <reference types="node" />
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Notice } from "./configuration.ts";
import { eventually } from "./eventually.ts";
import { demoConfiguration, openStage, type Stage } from "./journey.ts";
import { configurationInAllLanguages } from "./languages/in-all-languages.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.reset());

const act = (action: string) => `[data-c360-action=${action}]`;

async function openDemo(options?: Parameters<Stage["newPage"]>[0]): Promise<Page> {
  const { page } = await stage.newPage(options);
  await page.goto(`${stage.site}/demo/`);
  await page.waitForSelector(act("accept"));
  return page;
}

const publish = (change: Partial<Notice>) => {
  stage.configuration = { ...demoConfiguration, notice: { ...demoConfiguration.notice, ...change } };
};

/** English, and Urdu from right to left, which is a draft. */
function publishTwoLanguages() {
  const { texts, drafts } = configurationInAllLanguages.notice;
  const { en, ur } = texts;
  if (en === undefined || ur === undefined) throw new Error("a language is missing");
  publish({ languages: ["en", "ur"], texts: { en, ur }, drafts: { ur: drafts?.ur ?? [] } });
}

const direction = (page: Page) => page.locator(".card").evaluate((card) => getComputedStyle(card).direction);

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe("the language menu", () => {
  it("turns the question into another language and direction, marks a draft, and is remembered with the choice", async () => {
    publishTwoLanguages();
    const page = await openDemo({ locale: "en-IN" });
    expect(await direction(page)).toBe("ltr");
    expect(await page.locator(".card small").count()).toBe(0);
    await page.locator(act("language")).selectOption("ur");
    await eventually(() => direction(page)).toBe("rtl");
    expect(await page.locator(".card").getAttribute("lang")).toBe("ur");
    expect(await page.locator(".card small").textContent()).toBe(
      configurationInAllLanguages.notice.texts.ur?.draft,
    );
    expect(await page.evaluate(() => document.cookie)).toBe("");
    const card = await page.locator(".card").boundingBox();
    expect((card?.x ?? 0) + (card?.width ?? 0)).toBe(1280 - 16);
    expect(await violations(page)).toEqual([]);

    await page.click(act("choose"));
    await page.waitForSelector("dialog[open]");
    expect(await page.locator("dialog").evaluate((dialog) => getComputedStyle(dialog).direction)).toBe("rtl");
    expect(await violations(page)).toEqual([]);
    await page.click(`dialog ${act("reject")}`);
    await eventually(() => stage.consents.length).toBe(1);
    expect(stage.consents[0]?.body).toMatchObject({ language: "ur" });
    await page.reload();
    await page.click(act("open"));
    await page.waitForSelector("dialog[open]");
    expect(await page.locator("dialog").evaluate((dialog) => getComputedStyle(dialog).direction)).toBe("rtl");
  });
});

describe("the site's looks", () => {
  const colour = (page: Page, selector: string) =>
    page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundColor);

  it.each([
    ["light", "rgb(255, 248, 231)", "rgb(120, 40, 0)"],
    ["dark", "rgb(20, 16, 12)", "rgb(255, 190, 120)"],
  ] as const)(
    "are the theme's in %s, and the page's own properties win",
    async (colorScheme, ground, accent) => {
      publish({
        theme: {
          light: { surface: "#fff8e7", text: "#201000", accent: "#782800", on_accent: "#ffffff" },
          dark: { surface: "#14100c", text: "#fff0e0", accent: "#ffbe78", on_accent: "#201000" },
          radius_px: 3,
        },
      });
      const page = await openDemo({ colorScheme });
      expect(await colour(page, ".card")).toBe(ground);
      expect(await colour(page, act("accept"))).toBe(accent);
      expect(await colour(page, act("reject"))).toBe(accent);
      expect(await page.locator(".card").evaluate((card) => getComputedStyle(card).borderRadius)).toBe("3px");
      expect(await violations(page)).toEqual([]);
      await page.evaluate(() => document.documentElement.style.setProperty("--c360-surface", "#fafafa"));
      expect(await colour(page, ".card")).toBe("rgb(250, 250, 250)");
    },
  );

  it.each([
    ["start", { x: 16, width: 400 }],
    ["end", { x: 1280 - 16 - 400, width: 400 }],
    ["bottom", { x: 16, width: 1280 - 32 }],
  ] as const)("have the place %s on a wide screen", async (position, place) => {
    publish({ position });
    const page = await openDemo({ viewport: { width: 1280, height: 720 } });
    expect(await page.locator(".card").boundingBox()).toMatchObject(place);
  });
});

describe("axe finds nothing", () => {
  const coming_change = {
    policy_version: "2027-01-15",
    effective_at: "2027-01-14T18:30:00.000Z",
    time_zone: "Asia/Kolkata",
    url: "/privacy/2025-10-26..2027-01-15",
  };

  it("in the quiet line of a coming change, nor where it is asked again", async () => {
    const page = await openDemo();
    await page.click(act("accept"));
    await eventually(() => stage.consents.length).toBe(1);
    stage.configuration = { ...demoConfiguration, coming_change };
    await page.reload();
    await page.locator(".note").waitFor();
    expect(await violations(page)).toEqual([]);
    publish({ revision: 2 });
    stage.configuration = { ...stage.configuration, changed: coming_change };
    await page.reload();
    await page.waitForSelector(act("accept"));
    expect(await violations(page)).toEqual([]);
  });
});

it("reloads on a withdrawal where the site says so, and is told to the ledger once", async () => {
  publish({ on_withdrawal: "reload" });
  const page = await openDemo();
  await page.click(act("accept"));
  await eventually(() => stage.consents.length).toBe(1);
  await page.evaluate(() => Object.assign(window, { before: true }));
  await page.click(act("open"));
  await page.click(`dialog ${act("reject")}`);
  await eventually(() => page.evaluate(() => Reflect.get(window, "before") ?? false).catch(() => true)).toBe(
    false,
  );
  await page.waitForSelector(act("open"));
  // Sent as the page goes, and where the answer came too late once more, with the same key.
  await eventually(() => [
    ...new Map(stage.consents.map(({ key, body }) => [key, body.action])).values(),
  ]).toEqual(["accept_all", "withdraw"]);
});

it("a page that comes back from the back-forward cache knows what was chosen meanwhile", async () => {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox"],
    // Playwright turns the cache off.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  try {
    const page = await browser.newPage();
    await page.addInitScript(() =>
      addEventListener("pageshow", ({ persisted }) => Object.assign(window, { persisted })),
    );
    await page.goto(`${stage.site}/demo/`);
    await page.waitForSelector(act("accept"));
    await page.goto(`${stage.site}/demo/?next`);
    await page.click(act("accept"));
    await eventually(() => stage.consents.length).toBe(1);
    await page.evaluate(() => history.back());
    await page.waitForURL(/\/demo\/$/, { waitUntil: "commit" });
    await eventually(() => page.evaluate(() => Reflect.get(window, "persisted"))).toBe(true);
    await page.waitForSelector(act("open"));
    expect(await page.locator(act("accept")).count()).toBe(0);
    // Once on each page: what was held runs on the restored one too.
    await eventually(() => stage.siteRequests.filter((path) => path === "/demo/frame.html").length).toBe(2);
    expect(stage.consents).toHaveLength(1);
  } finally {
    await browser.close();
  }
});
