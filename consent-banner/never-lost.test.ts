/// <reference types="node" />
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { demoConfiguration, openStage, type Stage } from "./journey.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.reset());

const act = (action: string) => `[data-c360-action=${action}]`;
const keys = () => new Set(stage.consents.map(({ key }) => key));

async function openDemo() {
  const opened = await stage.newPage();
  await opened.page.goto(`${stage.site}/demo/`);
  await opened.page.waitForSelector(act("accept"));
  return opened;
}

describe("a choice reaches the ledger, once", () => {
  it("where the page navigates in the same tick", async () => {
    const { page } = await openDemo();
    await page.evaluate(() => {
      document
        .querySelector("c360-consent")
        ?.shadowRoot?.querySelector<HTMLElement>("[data-c360-action=accept]")
        ?.click();
      location.href = "/demo/?next";
    });
    await page.waitForURL("**/?next");
    await page.waitForSelector(act("open"));
    await eventually(() => keys().size).toBe(1);
    await eventually(() => page.evaluate(() => localStorage.length)).toBe(0);
    expect(keys().size).toBe(1);
  });

  it("where the tab is closed at once", async () => {
    const { page } = await openDemo();
    await page.click(act("accept"), { noWaitAfter: true });
    await page.close();
    await eventually(() => keys().size).toBe(1);
  });

  it("with a clock that is years wrong", async () => {
    const { page } = await stage.newPage();
    await page.clock.setFixedTime(new Date("1999-01-01"));
    await page.goto(`${stage.site}/demo/`);
    await page.click(act("accept"));
    await eventually(() => keys().size).toBe(1);
    await page.reload();
    await page.waitForSelector(act("open"));
    expect(await page.locator(act("accept")).count()).toBe(0);
  });
});

describe("two tabs", () => {
  it("the other follows a choice at once, and counts on from it", async () => {
    const { page: one, context } = await openDemo();
    const two = await context.newPage();
    await two.goto(`${stage.site}/demo/`);
    await two.waitForSelector(act("accept"));
    await one.click(act("accept"));
    await two.waitForSelector(act("open"));
    expect(await two.locator(act("accept")).count()).toBe(0);
    await eventually(() => two.locator("c360-placeholder").count()).toBe(0);
    await eventually(() => stage.consents.length).toBe(1);
    await two.click(act("open"));
    await two.click(`dialog ${act("reject")}`);
    await eventually(() => stage.consents.length).toBe(2);
    expect(stage.consents.map(({ body }) => [body.action, body.choice])).toEqual([
      ["accept_all", 1],
      ["withdraw", 2],
    ]);
    expect(stage.consents[1]?.body.consent_id).toBe(stage.consents[0]?.body.consent_id);
    await eventually(() => one.locator("c360-placeholder").count()).toBe(1);
  });
});

describe("a coming change", () => {
  const coming_change = {
    policy_version: "2027-01-15",
    effective_at: "2027-01-14T18:30:00.000Z",
    time_zone: "Asia/Kolkata",
    url: "/privacy/2025-10-26..2027-01-15",
  };

  it("is a quiet line for who chose already, until it is closed", async () => {
    const { page } = await openDemo();
    await page.click(act("reject"));
    await page.waitForSelector(act("open"));
    stage.configuration = { ...demoConfiguration, coming_change };
    await page.reload();
    const note = page.locator(".note");
    await note.waitFor();
    expect(await note.textContent()).toContain("Our privacy policy changes on January 15, 2027.");
    await note.getByRole("button", { name: "Close" }).click();
    expect(await note.count()).toBe(0);
    await page.reload();
    await page.waitForSelector(act("open"));
    await page.waitForTimeout(300);
    expect(await note.count()).toBe(0);
    expect(await page.evaluate(() => document.cookie)).toMatch(/&seen=2027-01-15$/);
  });

  it("that came into force is why everybody is asked again", async () => {
    const { page } = await openDemo();
    await page.click(act("accept"));
    await eventually(() => stage.consents.length).toBe(1);
    const { notice } = demoConfiguration;
    stage.configuration = {
      ...demoConfiguration,
      notice: { ...notice, revision: 2 },
      changed: coming_change,
    };
    await page.reload();
    await page.waitForSelector(act("accept"));
    expect(await page.locator(".card").textContent()).toContain(
      "Our privacy policy changed on January 15, 2027. Please choose again.",
    );
    expect(await page.getByRole("link", { name: "See what changes" }).getAttribute("href")).toBe(
      coming_change.url,
    );
  });
});

it("shares one choice among subdomains where the notice says so", async () => {
  const { notice } = demoConfiguration;
  stage.configuration = { ...demoConfiguration, notice: { ...notice, cookie_domain: "shop.localhost" } };
  const { page, context } = await stage.newPage();
  const port = new URL(stage.site).port;
  await page.goto(`http://www.shop.localhost:${port}/demo/`);
  await page.click(act("reject"));
  await page.waitForSelector(act("open"));
  expect((await context.cookies()).map(({ name, domain }) => [name, domain])).toEqual([
    ["c360_consent", ".shop.localhost"],
  ]);
});
