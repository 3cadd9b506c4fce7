/// <reference types="node" />
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
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
const GATED = ["/demo/analytics.js", "/demo/frame.html"];
const gatedRequests = () => stage.siteRequests.filter((path) => GATED.includes(path));

async function openDemo(options?: Parameters<Stage["newPage"]>[0]) {
  const opened = await stage.newPage(options);
  await opened.page.goto(`${stage.site}/demo/`);
  await opened.page.waitForSelector("c360-consent", { state: "attached" });
  return opened;
}

const cookieOf = (page: Page) => page.evaluate(() => document.cookie);
const fieldsOf = async (page: Page) =>
  Object.fromEntries(new URLSearchParams((await cookieOf(page)).replace("c360_consent=", "")));
const settled = (page: Page) =>
  page.waitForFunction(
    () => "site" in (window.c360 ?? {}) && !Array.isArray(window.c360) && window.c360?.get().recorded,
  );

describe("before a choice", () => {
  it("asks nothing of the gated addresses, and keeps nothing on the device", async () => {
    const { page, context } = await openDemo();
    await page.waitForSelector(act("accept"));
    await page.waitForTimeout(300);
    expect(gatedRequests()).toEqual([]);
    expect(stage.consents).toEqual([]);
    expect(await context.cookies()).toEqual([]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  });

  it("says who a held frame would contact, and shows just that frame if asked", async () => {
    const { page, context } = await openDemo();
    const cover = page.locator("c360-placeholder");
    expect(await cover.locator(".frame").textContent()).toContain(
      "Showroom walk-through comes from Drishti Video",
    );
    expect(await cover.locator(".frame").textContent()).toContain(new URL(stage.site).host);
    await cover.getByRole("button", { name: "Show it this time" }).click();
    await page.frameLocator("iframe").getByRole("heading").waitFor();
    expect(gatedRequests()).toEqual(["/demo/frame.html"]);
    expect(await cover.count()).toBe(0);
    expect(await context.cookies()).toEqual([]);
    expect(stage.consents).toEqual([]);
  });

  it("lays the placeholder exactly over its frame", async () => {
    const { page } = await openDemo();
    const frame = await page.locator("iframe").boundingBox();
    await eventually(() => page.locator("c360-placeholder").boundingBox()).toEqual(frame);
    await page.setViewportSize({ width: 500, height: 700 });
    const narrow = await page.locator("iframe").boundingBox();
    expect(narrow?.width).toBeLessThan(500);
    await eventually(() => page.locator("c360-placeholder").boundingBox()).toEqual(narrow);
  });
});

describe("accept", () => {
  it("lets both through, tells the ledger, and the page's own analytics may then speak", async () => {
    const { page, context } = await openDemo();
    await page.click(act("accept"));
    await page.frameLocator("iframe").getByRole("heading").waitFor();
    await settled(page);
    await eventually(() => stage.collected.length).toBe(1);
    expect(gatedRequests().sort()).toEqual(GATED);

    const fields = await fieldsOf(page);
    expect(stage.consents).toHaveLength(1);
    expect(stage.consents[0]).toMatchObject({
      path: "/api/v1/consent/site_demo",
      contentType: "text/plain;charset=UTF-8",
    });
    expect(stage.consents[0]?.key).toMatch(/^[A-Za-z0-9_-]{16,128}$/);
    expect(stage.consents[0]?.body).toEqual({
      consent_id: fields.id,
      secret: fields.secret,
      action: "accept_all",
      categories: { preferences: true, analytics: true, marketing: true },
      choice: 1,
      policy_version: "2025-10-26",
      notice_hash: "5a".repeat(32),
      language: "en",
    });
    expect(stage.collected[0]).toMatchObject({
      path: "/api/v1/collect/site_demo",
      body: { consent_id: fields.id, events: [{ name: "page_view", path: "/demo/" }] },
    });

    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({
      name: "c360_consent",
      path: "/",
      sameSite: "Lax",
      secure: false,
      httpOnly: false,
    });
    expect((cookie?.expires ?? 0) - Date.now() / 1000).toBeCloseTo(180 * 86_400, -2);
    expect(await page.locator(act("accept")).count()).toBe(0);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
  });

  it("is remembered on the next page, which asks nothing and loads both at once", async () => {
    const { page } = await openDemo();
    await page.click(act("accept"));
    await settled(page);
    stage.siteRequests.length = 0;
    await page.reload();
    await page.frameLocator("iframe").getByRole("heading").waitFor();
    await eventually(() => gatedRequests().sort()).toEqual(GATED);
    expect(await page.locator(act("accept")).count()).toBe(0);
    expect(stage.consents).toHaveLength(1);
  });

  it("asks again where the notice has a new revision, and the same visitor counts on", async () => {
    const { page } = await openDemo();
    await page.click(act("accept"));
    await settled(page);
    const { id } = await fieldsOf(page);
    stage.configuration = { ...demoConfiguration, notice: { ...demoConfiguration.notice, revision: 2 } };
    stage.siteRequests.length = 0;
    await page.reload();
    await page.waitForSelector(act("accept"));
    expect(gatedRequests()).toEqual([]);
    await page.click(act("accept"));
    await settled(page);
    expect(stage.consents[1]?.body).toMatchObject({ consent_id: id, choice: 2 });
  });
});

describe("reject", () => {
  it("loads nothing, keeps a cookie without any id, and is not asked again", async () => {
    const { page } = await openDemo();
    await page.click(act("reject"));
    await settled(page);
    expect(stage.consents[0]?.body).toMatchObject({
      action: "reject_all",
      categories: { preferences: false, analytics: false, marketing: false },
      choice: 1,
    });
    expect(await cookieOf(page)).toMatch(/^c360_consent=categories=&revision=1&date=\d{4}-\d\d-\d\d$/);
    await page.reload();
    await page.waitForSelector(act("open"));
    await page.waitForTimeout(200);
    expect(await page.locator(act("accept")).count()).toBe(0);
    expect(gatedRequests()).toEqual([]);
  });

  it("followed by accept is a new visitor with choice 1", async () => {
    const { page } = await openDemo();
    await page.click(act("reject"));
    await settled(page);
    await page.click(act("open"));
    await page.click(act("accept"));
    await eventually(() => stage.consents.length).toBe(2);
    const [first, second] = stage.consents;
    expect(second?.body).toMatchObject({ action: "accept_all", choice: 1 });
    expect(second?.body.consent_id).not.toBe(first?.body.consent_id);
  });
});

describe("choose and save", () => {
  it("has nothing ticked beforehand and grants exactly what was switched on", async () => {
    const { page } = await openDemo();
    await page.click(act("choose"));
    await page.waitForSelector("dialog[open]");
    expect(await page.locator("dialog input:checked").count()).toBe(0);
    await page.getByRole("switch", { name: "Analytics" }).click();
    await page.click(act("save"));
    await settled(page);
    expect(stage.consents[0]?.body).toMatchObject({
      action: "custom",
      categories: { preferences: false, analytics: true, marketing: false },
    });
    await eventually(gatedRequests).toEqual(["/demo/analytics.js"]);
  });

  it("tells per purpose the data, the recipients, how long, and what is left on the device", async () => {
    const { page } = await openDemo();
    await page.click(act("choose"));
    await page.locator("summary").nth(3).click();
    const purpose = await page.locator(".purpose").nth(3).textContent();
    for (const part of ["IP address", "395 days", "Drishti Video", "Ireland", "dv_*"])
      expect(purpose).toContain(part);
    const dialog = page.locator("dialog");
    expect(
      await dialog.getByRole("link", { name: "Complain to the Data Protection Board" }).getAttribute("href"),
    ).toBe("https://www.dpb.gov.in/");
    expect(await dialog.textContent()).toContain("privacy@callers360.com");
  });

  it("falls back to the first layer where it cannot be loaded, and works once it can", async () => {
    const { page } = await openDemo();
    await page.route("**/*.json*", (route) => route.abort());
    await page.click(act("choose"));
    await page.getByRole("alert").waitFor();
    expect(await page.locator(act("reject")).count()).toBe(1);
    await page.unroute("**/*.json*");
    await page.click(act("choose"));
    await page.waitForSelector("dialog[open]");
  });

  it("does not open any more where the visitor accepted while it was loading", async () => {
    const { page } = await openDemo();
    const loaded = page.waitForResponse("**/*.json*");
    await page.route("**/*.json*", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.continue();
    });
    await page.click(act("choose"));
    await page.click(act("accept"));
    await loaded;
    await page.waitForTimeout(200);
    expect(await page.locator("dialog").count()).toBe(0);
    expect(await page.locator(act("open")).count()).toBe(1);
  });

  it("records the notice that was read, even if another was published meanwhile", async () => {
    const { page } = await openDemo();
    await page.waitForSelector(act("choose"));
    stage.configuration = { ...demoConfiguration, notice_hash: "6b".repeat(32) };
    await page.click(act("choose"));
    await page.click(act("save"));
    await eventually(() => stage.consents[0]?.body.notice_hash).toBe("6b".repeat(32));
  });
});

describe("withdraw", () => {
  it("takes two clicks, counts up under the same id, and removes what the services had left", async () => {
    const { page } = await openDemo();
    await page.click(act("accept"));
    await page.frameLocator("iframe").getByRole("heading").waitFor();
    await settled(page);
    const { id } = await fieldsOf(page);
    await page.evaluate(() => {
      for (const name of ["_nkm", "dv_viewer", "site_own"])
        Reflect.set(document, "cookie", `${name}=1;Path=/`);
      localStorage.setItem("gera_showroom", "Panjim");
      sessionStorage.setItem("_nkm_session", "1");
      localStorage.setItem("site_own", "1");
    });
    await page.click(act("open"));
    await page.click(act("reject"));
    await settled(page);
    expect(stage.consents[1]?.body).toMatchObject({ action: "withdraw", consent_id: id, choice: 2 });
    const cookies = await cookieOf(page);
    expect(cookies).toContain("site_own=1");
    expect(cookies).not.toMatch(/_nkm|dv_viewer/);
    expect(cookies).toContain(`id=${id}`);
    expect(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)])).toEqual([
      ["site_own"],
      [],
    ]);
    await page.locator("c360-placeholder").waitFor();
    expect(await page.locator("iframe").getAttribute("src")).toBe("about:blank");
    await page.reload();
    await page.waitForSelector(act("open"));
    expect(await page.locator("c360-placeholder").count()).toBe(1);
  });
});

describe("Global Privacy Control", () => {
  const signal = (page: Page) =>
    page.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }),
    );

  it("refuses without asking where the site says so, and keeps and records nothing", async () => {
    const { page, context } = await stage.newPage();
    await signal(page);
    await page.goto(`${stage.site}/demo/`);
    await page.waitForSelector(act("open"));
    await page.waitForTimeout(200);
    expect(await page.locator(act("accept")).count()).toBe(0);
    expect([gatedRequests(), stage.consents, await context.cookies()]).toEqual([[], [], []]);
  });

  it("asks and says so where the site wants that", async () => {
    stage.configuration = { ...demoConfiguration, notice: { ...demoConfiguration.notice, gpc: "ask" } };
    const { page } = await stage.newPage();
    await signal(page);
    await page.goto(`${stage.site}/demo/`);
    expect(await page.locator(".card").textContent()).toContain("Global Privacy Control");
  });

  it("takes an earlier grant back, once", async () => {
    const { page } = await openDemo();
    await page.click(act("accept"));
    await settled(page);
    const { id } = await fieldsOf(page);
    stage.siteRequests.length = 0;
    await signal(page);
    await page.reload();
    await eventually(() => stage.consents.length).toBe(2);
    expect(stage.consents[1]?.body).toMatchObject({
      action: "gpc",
      consent_id: id,
      choice: 2,
      categories: { preferences: true, analytics: false, marketing: false },
    });
    await settled(page);
    await page.reload();
    await page.waitForSelector(act("open"));
    await page.waitForTimeout(200);
    expect(stage.consents).toHaveLength(2);
    expect(gatedRequests()).toEqual([]);
  });

  it("yields to a choice made after it was told of", async () => {
    const { page } = await stage.newPage();
    await signal(page);
    await page.goto(`${stage.site}/demo/`);
    await page.click(act("open"));
    expect(await page.locator(".card").textContent()).toContain("Global Privacy Control");
    await page.click(act("accept"));
    await settled(page);
    stage.siteRequests.length = 0;
    await page.reload();
    await page.frameLocator("iframe").getByRole("heading").waitFor();
    expect(stage.consents).toHaveLength(1);
  });
});

describe("the receipt", () => {
  it("is saved with the record and its salt", async () => {
    const { page } = await openDemo();
    await page.click(act("reject"));
    await settled(page);
    await page.click(act("open"));
    const link = page.getByRole("link", { name: "Save receipt" });
    expect(await link.getAttribute("href")).toBe(`${stage.host}/log/org_demo/receipt/1.tlog-proof`);
    const [proof] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(proof.suggestedFilename()).toBe("consent-1.tlog-proof");
    expect(await readFile(await proof.path(), "utf8")).toBe("c2sp.org/tlog-proof@v1\n");
    const [record] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Save record" }).click(),
    ]);
    expect(record.suggestedFilename()).toBe("consent-1.json");
    const saved = JSON.parse(await readFile(await record.path(), "utf8"));
    expect(saved).toMatchObject({ index: 1, record: { v: 1 }, salt: "AAAA" });
    expect(saved.consent_id).toBe(stage.consents[0]?.body.consent_id);
  });

  it("is offered on later pages to who agreed, from the ledger's history", async () => {
    const { page } = await openDemo();
    await page.click(act("accept"));
    await settled(page);
    await page.reload();
    await page.click(act("open"));
    const link = page.getByRole("link", { name: "Save receipt" });
    expect(await link.getAttribute("href")).toBe(`${stage.host}/log/org_demo/receipt/42.tlog-proof`);
  });
});

describe("the queue", () => {
  it("keeps a choice made without network and sends it once there is one", async () => {
    const { page, context } = await openDemo();
    await page.waitForSelector(act("accept"));
    await context.setOffline(true);
    await page.click(act("accept"));
    const unsent = await page.evaluate(() => localStorage.getItem("c360_unsent") ?? "");
    await page.waitForTimeout(300);
    expect(stage.consents).toEqual([]);
    await context.setOffline(false);
    await settled(page);
    expect(stage.consents).toHaveLength(1);
    expect(stage.consents[0]?.key).toBe(unsent.split("\n")[0]);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
  });

  it("sends the same again under the same key until it is acknowledged, also from the next page", async () => {
    stage.consentStatus = 503;
    const { page } = await openDemo();
    await page.click(act("accept"));
    await eventually(() => stage.consents.length).toBe(1);
    await page.reload();
    await eventually(() => stage.consents.length).toBeGreaterThan(1);
    stage.consentStatus = null;
    await settled(page);
    expect(stage.consents.length).toBeGreaterThanOrEqual(3);
    for (const { key, body } of stage.consents)
      expect({ key, body }).toEqual({ key: stage.consents[0]?.key, body: stage.consents[0]?.body });
  });

  it("replaces an unsent choice by a newer one", async () => {
    const { page, context } = await openDemo();
    await page.waitForSelector(act("accept"));
    await context.setOffline(true);
    await page.click(act("accept"));
    await page.evaluate(() => !Array.isArray(window.c360) && window.c360?.open());
    // Offline the second layer cannot be had: the first stands in.
    await page.click(act("reject"));
    await context.setOffline(false);
    await settled(page);
    expect(stage.consents.map(({ body }) => [body.action, body.choice])).toEqual([["withdraw", 2]]);
  });

  it.each([422, 403, 409])("gives up on %i", async (status) => {
    stage.consentStatus = status;
    const { page } = await openDemo();
    await page.click(act("accept"));
    await eventually(() => page.evaluate(() => localStorage.length)).toBe(0);
    await page.reload();
    await page.waitForTimeout(300);
    expect(stage.consents).toHaveLength(1);
  });
});

describe("a coming change of the policy", () => {
  it("is told with its date and a link to what changes", async () => {
    stage.configuration = {
      ...demoConfiguration,
      coming_change: {
        policy_version: "2027-01-15",
        effective_at: "2027-01-14T18:30:00.000Z",
        time_zone: "Asia/Kolkata",
        url: "/privacy/2025-10-26..2027-01-15",
      },
    };
    const { page } = await openDemo({ timezoneId: "America/New_York" });
    expect(await page.locator(".card").textContent()).toContain(
      "Our privacy policy changes on January 15, 2027.",
    );
    expect(await page.getByRole("link", { name: "See what changes" }).getAttribute("href")).toBe(
      "/privacy/2025-10-26..2027-01-15",
    );
  });
});

describe("manners", () => {
  it("causes no layout shift, with or without a choice", async () => {
    const { page } = await stage.newPage();
    await page.addInitScript(() => {
      Object.assign(window, { shifts: [] });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          Reflect.get(window, "shifts").push(
            Reflect.get(entry, "sources").map((source: { node: Element | null }) =>
              source.node?.outerHTML.slice(0, 90),
            ),
          );
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(`${stage.site}/demo/`);
    await page.waitForSelector(act("choose"));
    await page.waitForTimeout(300);
    await page.evaluate(() => window.c360 && !Array.isArray(window.c360) && window.c360.open("choices"));
    await page.waitForSelector("dialog[open]");
    await page.keyboard.press("Escape");
    await page.evaluate(() =>
      document
        .querySelector<HTMLElement>("c360-consent")
        ?.shadowRoot?.querySelector<HTMLElement>("[data-c360-action=accept]")
        ?.click(),
    );
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => Reflect.get(window, "shifts"))).toEqual([]);
  });

  it("breaks no rule of a strict policy, through both layers and a choice", async () => {
    const { page } = await stage.newPage();
    const problems: string[] = [];
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.addInitScript(() => {
      Object.assign(window, { violations: [] });
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
        Reflect.get(window, "violations").push(`${violatedDirective} ${blockedURI}`);
      });
    });
    await page.goto(`${stage.site}/demo/`);
    await page.click(act("choose"));
    await page.click("summary >> nth=2");
    await page.click(act("save"));
    await settled(page);
    await page.click(act("open"));
    await page.click(act("accept"));
    await page.frameLocator("iframe").getByRole("heading").waitFor();
    expect(await page.evaluate(() => Reflect.get(window, "violations"))).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("is there once, however often the tag is", async () => {
    stage.html = `<!doctype html><title>Twice</title>${"<script async src='__HOST__/c/site_demo.js'></script>".repeat(3)}<p>Text`;
    const { page } = await stage.newPage();
    await page.goto(stage.site);
    await page.waitForSelector(act("accept"));
    await page.waitForTimeout(300);
    expect(await page.locator("c360-consent").count()).toBe(1);
    await page.click(act("accept"));
    await settled(page);
    expect(stage.consents).toHaveLength(1);
  });

  it("works pinned to its code, fetching the configuration by itself", async () => {
    stage.html = `<!doctype html><title>Pinned</title><script src="__HOST__/c/site_demo/${stage.banner.hash}.js"></script><script src="__HOST__/c/site_demo.js"></script><p>Text`;
    const { page } = await stage.newPage();
    await page.goto(stage.site);
    await page.click(act("choose"));
    await page.click(act("accept"));
    await settled(page);
    expect(await page.locator("c360-consent").count()).toBe(1);
    expect(stage.consents[0]?.body).toMatchObject({ action: "accept_all", language: "en" });
  });

  it("works where cookies and storage are blocked", async () => {
    const { page } = await stage.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.addInitScript(() => {
      const blocked = {
        get: () => {
          throw new DOMException("blocked", "SecurityError");
        },
        set: () => {
          throw new DOMException("blocked", "SecurityError");
        },
      };
      Object.defineProperty(Document.prototype, "cookie", blocked);
      Object.defineProperty(window, "localStorage", blocked);
      Object.defineProperty(window, "sessionStorage", blocked);
    });
    await page.goto(`${stage.site}/demo/`);
    await page.click(act("accept"));
    await page.frameLocator("iframe").getByRole("heading").waitFor();
    await settled(page);
    await page.click(act("open"));
    await page.click(act("reject"));
    await eventually(() => stage.consents.length).toBe(2);
    expect(problems).toEqual([]);
  });

  it("tells the page, runs commands queued before it, and survives a listener that throws", async () => {
    stage.html = `<!doctype html><title>Told</title><script src="/told.js"></script><p>Text <a href="#x" data-c360="open">Settings</a>`;
    const { page } = await stage.newPage();
    await page.addInitScript(() => {
      Object.assign(window, { heard: [] });
      const heard: unknown[] = Reflect.get(window, "heard");
      window.c360 = [
        (c360) => {
          c360.on("change", () => {
            throw new Error("the page's own fault");
          });
          for (const type of ["consent", "change", "recorded", "open", "close"] as const)
            c360.on(type, (detail) =>
              heard.push([type, "layer" in detail ? detail.layer : detail.categories.analytics]),
            );
        },
      ];
    });
    await page.goto(stage.site);
    await page.addScriptTag({ url: `${stage.host}/c/site_demo.js` });
    await page.click(act("accept"));
    await settled(page);
    expect(await page.evaluate(() => Reflect.get(window, "heard"))).toEqual([
      ["close", "banner"],
      ["consent", true],
      ["change", true],
      ["recorded", true],
    ]);
    await page.click("text=Settings");
    await page.waitForSelector("dialog[open]");
    expect(new URL(page.url()).hash).toBe("");
    // Who listens late hears of the state, not of the moment.
    expect(
      await page.evaluate(() => {
        const late: string[] = [];
        if (window.c360 && !Array.isArray(window.c360))
          for (const type of ["consent", "change", "recorded"] as const)
            window.c360.on(type, () => late.push(type));
        return late;
      }),
    ).toEqual(["consent", "recorded"]);
  });

  it("speaks Consent Mode: denied at first, updated after the choice", async () => {
    const { page } = await openDemo();
    await page.click(act("choose"));
    await page.getByRole("switch", { name: "Marketing" }).click();
    await page.click(act("save"));
    const layer = await page.evaluate(() =>
      (window.dataLayer ?? []).map((entry) => [String(entry), ...Array.from(entry as ArrayLike<unknown>)]),
    );
    expect(layer.map(([kind, ...command]) => [kind, command[0], command[1]])).toEqual([
      ["[object Arguments]", "consent", "default"],
      ["[object Arguments]", "consent", "update"],
    ]);
    expect(layer[0]?.[3]).toMatchObject({
      ad_storage: "denied",
      ad_user_data: "denied",
      ad_personalization: "denied",
      analytics_storage: "denied",
    });
    expect(layer[1]?.[3]).toMatchObject({
      ad_storage: "granted",
      ad_user_data: "granted",
      ad_personalization: "granted",
      analytics_storage: "denied",
    });
  });
});
