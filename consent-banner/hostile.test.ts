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

const TAG = "<script async src='__HOST__/c/site_demo.js'></script>";
const HELD = `<script type="text/plain" data-category="analytics" src="/say/held/0.js"></script>`;
const act = (action: string) => `[data-c360-action=${action}]`;

/** Opens the page, agrees through the second layer, and waits for the held script and the record. */
async function agree(html: string, policy = "") {
  stage.html = html;
  stage.contentSecurityPolicy = policy;
  const { page } = await stage.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(stage.site);
  await page.click(act("choose"));
  await page.click(`dialog ${act("accept")}`);
  await eventually(() => stage.siteRequests).toContain("/say/held/0.js");
  await eventually(() => stage.consents.length).toBe(1);
  expect(stage.consents[0]?.body).toMatchObject({ action: "accept_all", choice: 1, language: "en" });
  return { page, problems };
}

describe("the banner works on a page", () => {
  it("with Trusted Types", async () => {
    const { problems } = await agree(
      `<!doctype html><title>Strict</title><link rel="icon" href="data:,">${TAG}${HELD}`,
      `require-trusted-types-for 'script'; trusted-types c360; script-src 'self' ${stage.host}; style-src 'self'`,
    );
    expect(problems).toEqual([]);
  });

  it("in quirks mode", async () => {
    const { page } = await agree(`<title>Old</title>${TAG}${HELD}<table><tr><td>1998</table>`);
    expect(await page.evaluate(() => document.compatMode)).toBe("BackCompat");
  });

  it("with the tag as a module", async () => {
    await agree(
      `<!doctype html><title>Module</title><script type="module" crossorigin src="__HOST__/c/site_demo.js"></script>${HELD}`,
    );
  });

  it("that wrote its tag with document.write", async () => {
    await agree(
      `<!doctype html><title>Written</title><script>document.write("<script src='__HOST__/c/site_demo.js'></" + "script>")</script>${HELD}`,
    );
  });

  it.each([
    ["fetch", "window.fetch = () => { throw new Error('mine') }"],
    ["fetch with nonsense", "window.fetch = () => Promise.resolve('mine')"],
    ["JSON", "window.JSON = { parse() { throw 1 }, stringify() { throw 1 } }"],
    ["Promise", "window.Promise = function () { throw new Error('mine') }"],
    ["customElements", "Object.defineProperty(window, 'customElements', { value: null })"],
    ["Array.prototype.toJSON", "Array.prototype.toJSON = () => 'mine'"],
  ])("that redefined %s before it", async (_, script) => {
    await agree(`<!doctype html><title>Own</title><script>${script}</script>${TAG}${HELD}`);
  });

  it("that throws its elements away", async () => {
    stage.html = `<!doctype html><title>Wiped</title>${TAG}<p>Text`;
    stage.contentSecurityPolicy = "";
    const { page } = await stage.newPage();
    await page.goto(stage.site);
    await page.waitForSelector(act("accept"));
    await page.evaluate(() => document.querySelector("c360-consent")?.remove());
    await page.waitForSelector(act("accept"));
  });
});

it("asks once where a frame of the page has the tag too, and the frame follows", async () => {
  stage.html = `<!doctype html><title>Frames</title>${TAG}<script>if (top === window) document.write("<iframe src='/'></iframe>")</script>`;
  stage.contentSecurityPolicy = "";
  const { page } = await stage.newPage();
  await page.goto(stage.site);
  await page.waitForSelector(act("accept"));
  const frame = page.frames()[1];
  await frame?.waitForSelector("c360-consent", { state: "attached" });
  await eventually(() => frame?.locator(act("accept")).count()).toBe(0);
  await page.click(act("accept"));
  await eventually(() =>
    frame?.evaluate(() => window.c360 && "get" in window.c360 && window.c360.get().categories.analytics),
  ).toBe(true);
  await eventually(() => stage.consents.length).toBe(1);
});

it("yields in a frame that began first, once the page around it asks too", async () => {
  const start = `const tag = document.createElement("script"); tag.src = "__HOST__/c/site_demo.js"; document.head.append(tag)`;
  stage.html = `<!doctype html><title>Frames</title><body><script>
    window.begin = () => { ${start} };
    if (top === window) document.write("<iframe src='/'></iframe>"); else begin();
  </script>`;
  stage.contentSecurityPolicy = "";
  const { page } = await stage.newPage();
  await page.goto(stage.site);
  const inner = page.frameLocator("iframe");
  await inner.locator(act("accept")).waitFor();
  await page.evaluate(() => Reflect.get(window, "begin")());
  await page.waitForSelector(act("accept"));
  await eventually(() => inner.locator(act("accept")).count()).toBe(0);
  expect(await page.locator(act("accept")).count()).toBe(1);
});

it("shows HTML in texts as text, 200 services, long names and odd cookie names", async () => {
  const { notice } = demoConfiguration;
  const english = notice.texts.en;
  if (english === undefined) throw new Error("no English");
  const html = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
  const services = Array.from({ length: 200 }, (_, index) => ({
    id: `s${index}`,
    category: "marketing" as const,
    name: index === 0 ? html : "N".repeat(300),
    provider: "P".repeat(300),
    country: "IN",
    host: `h${index}.example`,
    items: [{ name: `odd;name=\u0001"${index}\u2028*`, kind: "cookie" as const, days: 1 }],
  }));
  stage.configuration = {
    ...demoConfiguration,
    notice: { ...notice, services, texts: { en: { ...english, heading: html, body: html } } },
  };
  const { page } = await stage.newPage({ viewport: { width: 320, height: 640 } });
  await page.goto(`${stage.site}/demo/`);
  expect(await page.locator("#title").textContent()).toBe(html);
  await page.click(act("choose"));
  await page.waitForSelector("dialog[open]");
  await page.locator("summary").nth(3).click();
  expect(await page.locator(".purpose").nth(3).textContent()).toContain(html);
  expect(
    await page.evaluate(() => {
      const form = document.querySelector("c360-consent")?.shadowRoot?.querySelector("form");
      return form ? form.scrollWidth - form.clientWidth : null;
    }),
  ).toBe(0);
  await page.click(`dialog ${act("accept")}`);
  await page.click(act("open"));
  await page.click(`dialog ${act("reject")}`);
  await eventually(() => stage.consents.length).toBe(2);
  expect(await page.evaluate(() => Reflect.get(window, "hacked"))).toBeUndefined();
});
