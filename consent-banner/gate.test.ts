/// <reference types="node" />
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { openStage, type Stage } from "./journey.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.reset());

const said = (page: Page): Promise<string[]> => page.evaluate(() => Reflect.get(window, "said") ?? []);

async function accept(body: string): Promise<Page> {
  stage.html = `<!doctype html><title>Gate</title><script async src="__HOST__/c/site_demo.js"></script>${body}`;
  const { page } = await stage.newPage();
  await page.goto(stage.site);
  await page.waitForSelector("[data-c360-action=accept]");
  expect(await said(page)).toEqual([]);
  await page.click("[data-c360-action=accept]");
  return page;
}

const held = (src: string, more = "") =>
  `<script type="text/plain" data-category="analytics" src="${src}" ${more}></script>`;
const inline = (name: string, more = "") =>
  `<script type="text/plain" data-category="analytics" nonce="n0nce" ${more}>(window.said ||= []).push("${name}")</script>`;

describe("released scripts", () => {
  beforeEach(() => {
    stage.contentSecurityPolicy = `script-src 'self' 'nonce-n0nce' ${stage.host}; style-src 'self'`;
  });

  it("run in the order of the page, inline ones in their place and with their nonce", async () => {
    const page = await accept(
      held("/say/slow/200.js") + inline("inline") + held("/say/fast/0.js") + inline("last"),
    );
    await eventually(() => said(page)).toEqual(["slow", "inline", "fast", "last"]);
  });

  it("run inline at once where nothing before them loads", async () => {
    const page = await accept(inline("first") + held("/say/second/0.js"));
    await eventually(() => said(page)).toEqual(["first", "second"]);
  });

  it("wait for none that failed", async () => {
    const page = await accept(held("/missing.js") + inline("after"));
    await eventually(() => said(page)).toEqual(["after"]);
  });

  it("run async ones as they come and deferred ones after the blocking", async () => {
    const page = await accept(
      held("/say/deferred/0.js", "defer") +
        held("/say/async/400.js", "async") +
        held("/say/blocking/150.js") +
        held("/say/module/0.js", 'data-type="module"'),
    );
    await eventually(async () => (await said(page)).length).toBe(4);
    expect((await said(page)).at(-1)).toBe("async");
    expect((await said(page)).indexOf("deferred")).toBeLessThan((await said(page)).indexOf("module"));
  });

  it("keep integrity: a wrong hash does not run", async () => {
    const page = await accept(
      held("/say/wrong/0.js", 'integrity="sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="') +
        inline("after"),
    );
    await eventually(() => said(page)).toEqual(["after"]);
  });

  it("run once, and those inserted later by themselves", async () => {
    const page = await accept(inline("once"));
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.type = "text/plain";
      script.dataset.category = "analytics";
      script.src = "/say/later/0.js";
      const box = document.createElement("div");
      box.append(script);
      document.body.append(box);
    });
    await eventually(() => said(page)).toEqual(["once", "later"]);
    await page.waitForTimeout(100);
    expect(await said(page)).toEqual(["once", "later"]);
  });
});

describe("what stays held", () => {
  it("is what needs another category, an unknown one, or one more", async () => {
    stage.html = `<!doctype html><title>Gate</title><script async src="__HOST__/c/site_demo.js"></script>
      <script type="text/plain" data-category="marketing" src="/say/marketing/0.js"></script>
      <script type="text/plain" data-category="analytics marketing" src="/say/both/0.js"></script>
      <script type="text/plain" data-category="analitics" src="/say/unknown/0.js"></script>
      <script type="text/plain" data-category="necessary" src="/say/necessary/0.js"></script>
      <script type="text/plain" data-category="analytics" src="/say/analytics/50.js"></script>`;
    const { page } = await stage.newPage();
    await page.goto(stage.site);
    await eventually(() => said(page)).toEqual(["necessary"]);
    await page.click("[data-c360-action=choose]");
    await page.getByRole("switch", { name: "Analytics" }).click();
    await page.click("[data-c360-action=save]");
    await eventually(() => said(page)).toEqual(["necessary", "analytics"]);
    expect(stage.siteRequests.filter((path) => /marketing|both|unknown/.test(path))).toEqual([]);
  });

  it("covers a frame inserted later, and lets go of one that was removed", async () => {
    stage.html = `<!doctype html><title>Gate</title><script async src="__HOST__/c/site_demo.js"></script><main></main>`;
    const { page } = await stage.newPage();
    await page.goto(stage.site);
    await page.waitForSelector("[data-c360-action=accept]");
    await page.evaluate(() => {
      const frame = document.createElement("iframe");
      frame.dataset.category = "marketing";
      frame.dataset.src = "https://player.drishti.example/7";
      document.querySelector("main")?.append(frame);
    });
    const cover = page.locator("c360-placeholder");
    expect(await cover.locator(".frame").textContent()).toContain("player.drishti.example");
    await page.evaluate(() => document.querySelector("iframe")?.remove());
    await eventually(() => cover.count()).toBe(0);
  });
});
