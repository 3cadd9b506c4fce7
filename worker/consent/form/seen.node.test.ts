import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configurationInAllLanguages } from "../../../consent-banner/languages/in-all-languages.ts";
import { openBrowser } from "../../../tests/product/browser.ts";
import type { ConsentRecord } from "../record.ts";
import { type FormPage, formPage } from "./page.ts";

const PUBLIC = new URL("../../../web/public", import.meta.url).pathname;
const ID = "cns_7Hq2xVbN0pTtYwKc3mZrLg";

let browser: Browser;
let at: string;
let html: string;
const server = createServer((request, response) => {
  const sheet = /^\/(tokens|pages)\.css$/.exec(request.url ?? "")?.[0];
  response.setHeader("content-type", sheet ? "text/css" : "text/html");
  if (sheet) readFile(PUBLIC + sheet).then((css) => response.end(css));
  else response.end(html);
});

beforeAll(async () => {
  browser = await openBrowser();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  at = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
}, 60_000);
afterAll(async () => {
  await browser.close();
  server.close();
});

const provable = (index: number, action: ConsentRecord["action"], granted: boolean) => ({
  index,
  record: {
    v: 1 as const,
    site: "site_demo",
    consent_id: ID,
    action,
    choice: index - 40,
    categories: { preferences: granted, analytics: granted, marketing: false },
    policy_version: "2025-10-26",
    notice_hash: "5a".repeat(32),
    language: "en",
    gpc: false,
    country: "IN",
    at: `2026-11-${index - 20}T09:30:00.000Z`,
    prev: index === 41 ? null : index - 1,
  },
  salt: "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80=",
  receipt: `/log/org_demo/receipt/${index}.tlog-proof`,
});

/** With all that the page can show at once: an alert, a new record, the history. */
const full = (language: string): FormPage => ({
  configuration: configurationInAllLanguages,
  language,
  base: "",
  key: "key",
  categories: { preferences: true, analytics: false, marketing: false },
  recorded: { ...provable(43, "custom", true), id: ID, secret: "S".repeat(43) },
  history: {
    current: {
      ...provable(43, "custom", true),
      categories: { preferences: true, analytics: true, marketing: false },
      granted_until: null,
    },
    history: [
      provable(41, "accept_all", true),
      provable(42, "withdraw", false),
      provable(43, "custom", true),
    ],
  },
  alert: "unknown",
});

const WAYS: [language: string, options: BrowserContextOptions][] = [
  ["en", { colorScheme: "light" }],
  ["en", { colorScheme: "dark", viewport: { width: 320, height: 640 } }],
  ["ur", { colorScheme: "light", viewport: { width: 320, height: 640 } }],
  ["ur", { colorScheme: "dark" }],
  ["sat", { forcedColors: "active", viewport: { width: 320, height: 640 } }],
];

test.each(WAYS)(
  "axe finds nothing, and nothing is wider than the screen: %s %j",
  async (language, options) => {
    html = await formPage(full(language));
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(at);
    // As text: there is no document among this folder's types.
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    const axe = new AxeBuilder({ page });
    // Forced colours are the system's own, which axe does not see used.
    if (options.forcedColors === "active") axe.disableRules("color-contrast");
    const { violations } = await axe.analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual(
      [],
    );
    const tooWide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(tooWide)).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.body).direction")).toBe(
      language === "ur" ? "rtl" : "ltr",
    );
    await context.close();
  },
  60_000,
);

test("a page in another language has no English in it but names", async () => {
  html = await formPage(full("hi"));
  const page = await browser.newPage();
  await page.goto(at);
  // In the details is what the site says of its services, and JSON.
  await page.evaluate("for (const one of document.querySelectorAll('details, .languages')) one.remove()");
  const text = await page.locator("main").textContent();
  expect(text).not.toMatch(/\b(Secret|choice|record|withdraw|accept|page|days?|erased|India|November)\b/i);
  expect(text).toContain("वापस लिया");
  expect(text).toContain("180 दिन");
  expect(text).toContain("इस आईडी और गुप्त कोड का कोई अभिलेख नहीं है।");
  await page.close();
}, 60_000);
