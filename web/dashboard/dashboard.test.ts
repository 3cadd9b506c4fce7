import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openBrowser } from "../../tests/product/browser.ts";
import { type FakeServer, startFakeServer } from "./fake-server.ts";

let folder: string;
let browser: Browser;
let fake: FakeServer;
let page: Page;
let faults: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callers360-web-"));
  const configFile = join(import.meta.dirname, "../vite.config.ts");
  [browser] = await Promise.all([
    openBrowser(),
    build({ configFile, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } }),
  ]);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  fake = await startFakeServer(folder, () => SNAPSHOT);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
});
afterEach(async () => {
  await page.close();
  await fake.close();
  expect(faults).toEqual([]);
});

const row = (team: string | null, start: string, counts: readonly number[]) => {
  const [n = 0, connected = 0, missed = 0, declined = 0, talk_s = 0] = counts;
  return { team, start, n, connected, missed, declined, talk_s };
};
const MORNING = "2026-11-24T04:30:00.000Z";
const NOON = "2026-11-24T06:30:00.000Z";
const SNAPSHOT = {
  type: "snapshot",
  seq: 10,
  as_of: "2026-11-24T07:00:05.000Z",
  day: "2026-11-24",
  rows: [
    row(null, MORNING, [300, 200, 70, 30, 3000]),
    row(null, NOON, [1200, 1000, 150, 50, 3661]),
    row("t_03", MORNING, [100, 60, 30, 10, 3000]),
    row("t_10", NOON, [1200, 1000, 150, 50, 3661]),
  ],
};
const AT_WORK = [
  callerRow("u_1", "t_03", "on_call", "2026-11-24T06:55:05.000Z", "inbound"),
  callerRow("u_2", "t_03", "paused", "2026-11-24T05:00:05.000Z", null, "meal"),
  callerRow("u_3", "t_10", "available", "2026-11-24T06:59:55.000Z"),
];
function callerRow(
  caller_id: string,
  team_id: string,
  state: string,
  since: string,
  direction: string | null = null,
  reason: string | null = null,
) {
  const call = direction === null ? null : { call_id: "c_1", direction, started_at: since };
  return { caller_id, team_id, state, since, reason, call };
}
const delta = (seq: number, n: number) => ({
  type: "delta",
  seq,
  rows: [row("t_03", MORNING, [n, n - 40, 30, 10, 3000])],
});

const value = (metric: string) => page.locator(`[data-metric=${metric}]`).getAttribute("data-value");
const becomes = (metric: string, wanted: number) =>
  page.locator(`[data-metric=${metric}][data-value="${wanted}"]`).waitFor({ timeout: 5000 });
async function open(path = "/?team=t_03") {
  await page.goto(fake.url + path);
  await page.locator("[data-live=on]").waitFor();
  await page.locator("canvas").waitFor();
}

test("shows the team's day as people read it, and the raw numbers beside", async () => {
  await open("/");
  expect(await Promise.all(["n", "connected", "missed", "declined", "talk_s"].map(value))).toEqual([
    "1500",
    "1200",
    "220",
    "80",
    "6661",
  ]);
  const words = await page.locator(".tiles").textContent();
  expect(words).toMatch(/Calls\s*1,500/);
  expect(words).toMatch(/Connected\s*1,200\s*80\.0% of calls/);
  expect(words).toMatch(/Talk time\s*1:51:01/);
  const header = await page.locator("header").textContent();
  expect(header).toContain("Asha Tele");
  expect(header).toContain("Tuesday 24 November 2026");
  // The server's clock in the organisation's zone, whatever this machine's clock says.
  expect(header).toMatch(/Live\s*as of 12:30:0\d/);
});

test("once open, it asks for nothing over HTTP, and a change needs no second", async () => {
  await open();
  await page.waitForLoadState("networkidle");
  const before = fake.requests.length;
  fake.say(delta(11, 101));
  await becomes("n", 101);
  expect(await value("connected")).toBe("61");
  expect(fake.requests.slice(before)).toEqual([]);
  expect(fake.lines).toHaveLength(1);
});

test("the team is in the URL, chosen and gone back to without a new line", async () => {
  await open();
  expect(await page.locator(".team option").allTextContents()).toEqual(["All teams", "t_03", "t_10"]);
  await page.getByLabel("Team").selectOption("t_10");
  await becomes("n", 1200);
  expect(new URL(page.url()).search).toBe("?team=t_10");
  await page.getByLabel("Team").selectOption("");
  await becomes("n", 1500);
  expect(new URL(page.url()).search).toBe("");
  await page.goBack();
  await becomes("n", 1200);
  expect(await page.getByLabel("Team").inputValue()).toBe("t_10");
  expect(fake.lines).toHaveLength(1);
});

test.each(["light", "dark"] as const)(
  "the chart is drawn in the three colours of the %s tokens",
  async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    await open();
    const shares = () =>
      page.evaluate(() => {
        const canvas = document.querySelector("canvas");
        const pen = canvas?.getContext("2d");
        const dot = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        if (canvas === null || !pen || dot === null) throw new Error("no canvas");
        const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
        const count = (token: string) => {
          dot.fillStyle = getComputedStyle(canvas).getPropertyValue(token);
          dot.fillRect(0, 0, 1, 1);
          const [r = 0, g = 0, b = 0] = dot.getImageData(0, 0, 1, 1).data;
          let pixels = 0;
          for (let i = 0; i < data.length; i += 4) {
            const near = (offset: number, wanted: number) => Math.abs((data[i + offset] ?? 0) - wanted) < 12;
            if (near(0, r) && near(1, g) && near(2, b)) pixels += 1;
          }
          return pixels;
        };
        return ["--connected", "--missed", "--declined"].map(count);
      });
    await expect.poll(async () => Math.min(...(await shares())), { timeout: 5000 }).toBeGreaterThan(100);
  },
);

test("the picture has a sentence, and the same numbers as a table behind a button", async () => {
  await open();
  expect(await page.locator("canvas[role=img]").getAttribute("aria-label")).toBe(
    "100 calls today for t_03, 60.0% connected; the busiest half hour began at 10:00 with 100 calls.",
  );
  expect(await page.locator("table").count()).toBe(0);
  await page.getByRole("button", { name: "Show table" }).click();
  expect(await page.locator("tbody tr").allInnerTexts()).toEqual(["10:00\t100\t60\t30\t10\t0:50:00"]);
});

test("says who is on a call and since when, and counts the seconds", async () => {
  fake.greeting = () => ({ ...SNAPSHOT, states: AT_WORK });
  await open("/");
  const rows = () => page.locator(".floor tbody tr").allInnerTexts();
  // 12:30:05 in India on the server's clock, whatever this machine's says.
  await expect
    .poll(rows, { timeout: 3000 })
    .toEqual([
      expect.stringMatching(/^u_1\tt_03\t\s*On a call, inbound\t12:25\t0:05:0[1-3]$/),
      expect.stringMatching(/^u_3\tt_10\t\s*Available\t12:29\t0:00:1[1-3]$/),
      expect.stringMatching(/^u_2\tt_03\t\s*Paused, meal\t10:30\t2:00:0[1-3]$/),
    ]);
  expect(await page.locator(".counts").textContent()).toMatch(
    /On a call 1\s*Wrap-up 0\s*Available 1\s*Paused 1/,
  );
  fake.say({ ...delta(10, 100), rows: [], states: [callerRow("u_1", "t_03", "offline", NOON)] });
  await expect.poll(async () => (await rows()).length).toBe(2);
  await page.locator("header select").selectOption("t_10");
  expect(await rows()).toEqual([expect.stringMatching(/^u_3\t\s*Available\t/)]);
});

test("where nobody is at work it says how to send states, and durations stand still on a silent line", async () => {
  await open();
  const callers = page.locator(".callers");
  expect(await callers.textContent()).toContain("POST /api/v1/states");
  expect(await callers.getByRole("link").getAttribute("href")).toBe("/docs");
  fake.say({ ...delta(10, 100), states: AT_WORK });
  const lasts = () => page.locator(".floor tbody tr td:last-child").first().textContent();
  await page.locator(".floor").waitFor();
  await page.locator("[data-live=stale]").waitFor({ timeout: 10_000 });
  await page.waitForTimeout(1100);
  const frozen = await lasts();
  await page.waitForTimeout(1500);
  expect(await lasts()).toBe(frozen);
});

test("a silent line is stale within ten seconds, keeps its numbers, and is live again with the next word", async () => {
  await open();
  const silent = performance.now();
  await page.locator("[data-live=stale]").waitFor({ timeout: 10_000 });
  expect(performance.now() - silent).toBeGreaterThan(6000);
  expect(await page.locator("header").textContent()).toMatch(/Not live since 12:30:0\d\. Reconnecting…/);
  expect(await value("n")).toBe("100");
  fake.say({ type: "beat", seq: 10 });
  await page.locator("[data-live=on]").waitFor();
  expect(fake.lines).toHaveLength(1);
});

test("a line that was cut comes back by itself and asks for what it missed", async () => {
  await open();
  fake.say(delta(12, 110));
  await becomes("n", 110);
  fake.greeting = () => delta(15, 150);
  fake.hangUp();
  await becomes("n", 150);
  expect(fake.lines.map((line) => line.get("since"))).toEqual([null, "12"]);
  expect(await page.locator("header").getAttribute("data-live")).toBe("on");
});

test("a change that was lost on the way is noticed at the next beat and asked for", async () => {
  await open();
  fake.greeting = () => delta(11, 101);
  fake.say({ type: "beat", seq: 11 });
  await page.waitForTimeout(300);
  expect(fake.lines).toHaveLength(1);
  fake.say({ type: "beat", seq: 11 });
  await becomes("n", 101);
  expect(fake.lines.at(-1)?.get("since")).toBe("10");
});

test("a new day begins with its snapshot", async () => {
  await open();
  fake.say({ ...SNAPSHOT, seq: 11, day: "2026-11-25", as_of: "2026-11-24T18:30:00.000Z", rows: [] });
  await becomes("n", 0);
  expect(await page.locator("header").textContent()).toContain("Wednesday 25 November 2026");
  expect(await page.getByText("No calls yet today for t_03").isVisible()).toBe(true);
});

test("where the session ended, it goes to sign-in and from there back to the team", async () => {
  await open();
  fake.signedIn = false;
  fake.hangUp();
  await page.waitForURL((url) => url.pathname === "/sign-in");
  await page.keyboard.type("asha@asha.example");
  await page.keyboard.press("Tab");
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("This email and password do not belong together.").waitFor();
  // The wrong password is selected: typing replaces it.
  await page.keyboard.type("right");
  await page.keyboard.press("Enter");
  await becomes("n", 100);
  expect(new URL(page.url()).search).toBe("?team=t_03");
});

test("where the server ends the line, it asks who it is before any new line, and goes to sign-in", async () => {
  await open();
  fake.signedIn = false;
  fake.hangUp(1008);
  await page.waitForURL((url) => url.pathname === "/sign-in");
  expect(fake.lines).toHaveLength(1);
});

const COMING = {
  publisher: "org_a",
  owner: "Asha Tele",
  policy: "privacy",
  version: "2026-12-29",
  title: "Privacy Policy",
  effective_at: "2026-12-28T18:30:00.000Z",
  time_zone: "Asia/Kolkata",
  reason: "A new recipient <b>of calls</b>.",
  class: "material",
  url: "/privacy/2025-10-26..2026-12-29",
  served_at: null,
  acknowledged_at: null,
};

test("a coming policy version is told once, by keyboard too, and asks for no consent", async () => {
  fake.coming = {
    notices: [COMING, { ...COMING, version: "2027-02-01", acknowledged_at: "2026-11-24T00:00:00.000Z" }],
  };
  await open();
  const notice = page.getByRole("region", { name: "Coming change: Privacy Policy" });
  await notice.waitFor();
  expect(await page.getByRole("region", { name: /Coming change/ }).count()).toBe(1);
  const words = (await notice.textContent()) ?? "";
  expect(words).toContain("29 December 2026");
  expect(words).toContain("A new recipient <b>of calls</b>.");
  expect(words).not.toMatch(/accept|agree|consent/i);
  expect(await notice.getByRole("link", { name: "See what changes" }).getAttribute("href")).toBe(COMING.url);
  await expect.poll(() => fake.acknowledged.map(({ action }) => action)).toEqual(["served"]);

  // Nobody answers: it says so, stays, and can be tried again.
  fake.acknowledging = 503;
  await notice.getByRole("button", { name: "I have read this" }).focus();
  await page.keyboard.press("Enter");
  await notice.getByRole("alert").waitFor();
  fake.acknowledging = 201;
  await page.keyboard.press("Enter");
  const receipt = notice.getByRole("status").getByRole("link");
  await receipt.waitFor();
  expect(await receipt.getAttribute("href")).toBe("/log/org_a/receipt/7.tlog-proof");
  expect(fake.acknowledged.at(-1)).toEqual({
    publisher: "org_a",
    policy: "privacy",
    version: "2026-12-29",
    action: "read",
  });
  expect(await value("n")).toBe("100");
});

test("where nobody says what is announced the numbers are all there is", async () => {
  await open();
  await expect.poll(() => fake.requests.includes("/api/v1/policy/coming")).toBe(true);
  expect(await page.getByRole("region", { name: /Coming change/ }).count()).toBe(0);
  expect(await value("n")).toBe("100");
});

test("a team's name is shown as text", async () => {
  await open(`/?team=${encodeURIComponent("<img src=x onerror=alert(1)>")}`);
  expect(await page.locator("main img").count()).toBe(0);
  expect(await page.getByText("No calls yet today for <img src=x onerror=alert(1)>").isVisible()).toBe(true);
});

test.each(["light", "dark"] as const)(
  "nothing for axe to say, and nothing cut off: %s",
  async (colorScheme) => {
    // Axe is put into the page as a script, which the policy forbids to everybody else.
    const context = await browser.newContext({ colorScheme, bypassCSP: true });
    try {
      const own = await context.newPage();
      const check = async () => {
        for (const width of [1280, 320]) {
          await own.setViewportSize({ width, height: 700 });
          const { violations } = await new AxeBuilder({ page: own }).analyze();
          expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
          expect(await own.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        }
      };
      fake.greeting = () => ({ ...SNAPSHOT, states: AT_WORK });
      fake.coming = { notices: [COMING] };
      await own.goto(`${fake.url}/`);
      await own.getByRole("region", { name: /Coming change/ }).waitFor();
      await own.locator("canvas").waitFor();
      await own.locator(".floor").waitFor();
      await own.getByRole("button", { name: "Show table" }).click();
      await check();
      await own.locator("[data-live=stale]").waitFor({ timeout: 10_000 });
      await check();
      await own.goto(`${fake.url}/sign-in`);
      await check();
    } finally {
      await context.close();
    }
  },
);
