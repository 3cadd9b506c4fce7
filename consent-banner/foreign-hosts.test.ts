/// <reference types="node" />
import { createServer, type Server } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { demoConfiguration, openStage, type Stage } from "./journey.ts";

let stage: Stage;
let tracker: Server;
let trackerHost = "";
/** Paths asked of the tracker, which is an origin of its own and sets a cookie with every answer. */
const asked: string[] = [];

beforeAll(async () => {
  stage = await openStage();
  tracker = createServer((request, response) => {
    asked.push(request.url ?? "");
    const type = request.url?.endsWith(".js") ? "text/javascript" : "text/html";
    response.writeHead(200, { "content-type": type, "set-cookie": "tracked=1; Path=/" });
    response.end(
      type === "text/html"
        ? "<h1>Film</h1>"
        : `(window.said ||= []).push(${JSON.stringify(request.url)}); document.cookie = "_nkm=1;Path=/"; localStorage.setItem("_nkm", "1"); navigator.sendBeacon("http://${trackerHost}/beacon")`,
    );
  });
  await new Promise<void>((resolve) => tracker.listen(0, "127.0.0.1", resolve));
  const address = tracker.address();
  trackerHost = `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(async () => {
  tracker.close();
  await stage.close();
});
beforeEach(async () => {
  await stage.reset();
  asked.length = 0;
  stage.contentSecurityPolicy = "";
  const { notice } = demoConfiguration;
  stage.configuration = {
    ...demoConfiguration,
    notice: {
      ...notice,
      services: notice.services.map((service) =>
        service.id === "heatmap" ? { ...service, hosts: [trackerHost] } : service,
      ),
    },
  };
});

const said = (page: Page): Promise<string[]> => page.evaluate(() => Reflect.get(window, "said") ?? []);

async function open(body: string, tag = "<script src='__HOST__/c/site_demo.js'></script>"): Promise<Page> {
  stage.html = `<!doctype html><html><head><title>Shop</title>${tag}</head><body>${body.replaceAll("TRACKER", `http://${trackerHost}`)}`;
  const { page } = await stage.newPage();
  await page.goto(stage.site);
  await page.waitForSelector("[data-c360-action=accept]");
  return page;
}

/** Inserts a script as tag managers do. */
const insert = (page: Page, path: string, how: "property" | "attribute") =>
  page.evaluate(
    ([url, how]) => {
      const script = document.createElement("script");
      script.addEventListener("load", () => Reflect.get(window, "said").push("its own listener"));
      if (how === "property") script.src = url ?? "";
      else script.setAttribute("src", url ?? "");
      script.type = "text/javascript";
      script.dataset.mine = "yes";
      document.head.append(script);
    },
    [`http://${trackerHost}${path}`, how],
  );

const left = async (page: Page) => ({
  cookie: await page.evaluate(() => document.cookie),
  keys: await page.evaluate(() => Object.keys(localStorage)),
});

describe("a script of a listed host, inserted by another script", () => {
  it.each(["property", "attribute"] as const)(
    "is not asked for before the choice nor after reject, and runs with its listeners after accept: by %s",
    async (how) => {
      const page = await open("");
      await insert(page, "/late.js", how);
      await page.waitForTimeout(200);
      expect(asked).toEqual([]);
      expect(await left(page)).toEqual({ cookie: "", keys: [] });
      await page.click("[data-c360-action=reject]");
      await page.waitForTimeout(200);
      expect(asked).toEqual([]);
      await page.click("[data-c360-action=open]");
      await page.click("dialog [data-c360-action=accept]");
      await eventually(() => said(page)).toEqual(["/late.js", "its own listener"]);
      await eventually(() => asked).toEqual(["/late.js", "/beacon"]);
    },
  );

  it("is held for a subdomain too, and one of another host is left alone", async () => {
    const page = await open("");
    const held = await page.evaluate((host) => {
      const [name, port] = host.split(":");
      const script = document.createElement("script");
      script.src = `http://sub.${name}:${port}/x.js`;
      const own = document.createElement("script");
      own.src = "/say/own/0.js";
      document.head.append(script, own);
      return [script.hasAttribute("data-c360-held"), own.hasAttribute("data-c360-held")];
    }, trackerHost);
    expect(held).toEqual([false, false]);
    await eventually(() => said(page)).toEqual(["own"]);
  });
});

describe("an unmarked script of a listed host in the page's own markup", () => {
  it("does not run before the choice where the tag is first and not async, and keeps its place after it", async () => {
    const page = await open(
      `<script src="TRACKER/first.js" id="kept"></script><script src="/say/own/0.js"></script><script src="TRACKER/second.js"></script>`,
    );
    expect(await said(page)).toEqual(["own"]);
    expect(await left(page)).toEqual({ cookie: "", keys: [] });
    expect(asked).not.toContain("/beacon");
    await page.click("[data-c360-action=accept]");
    await eventually(() => said(page)).toEqual(["own", "/first.js", "/second.js"]);
    expect(await page.locator("#kept").getAttribute("src")).toContain("/first.js");
  });
});

describe("what the page's own scripts ask of a listed host", () => {
  it("does not leave before the choice: a written script, images", async () => {
    const page = await open(
      `<script>
        document.write("<script id='written' src='TRACKER/written.js'></" + "script><p id=after>after</p>");
        document.writeln("<script src='/say/own/0.js'></" + "script>");
      </script><img id="pixel" alt="">`,
    );
    const load = () =>
      page.evaluate((origin) => {
        new Image().src = `${origin}/loose.gif`;
        document.querySelector<HTMLImageElement>("#pixel")?.setAttribute("src", `${origin}/pixel.gif`);
      }, `http://${trackerHost}`);
    await load();
    expect(await page.locator("#after").textContent()).toBe("after");
    await eventually(() => said(page)).toEqual(["own"]);
    expect(asked).toEqual([]);

    await page.click("[data-c360-action=accept]");
    await eventually(() => said(page)).toEqual(["own", "/written.js"]);
    await eventually(() => asked).toContain("/pixel.gif");
    expect(asked).not.toContain("/loose.gif");
    await load();
    await eventually(() => asked).toContain("/loose.gif");
  });

  it("is left to the browser where a notice lists no host", async () => {
    const { notice } = stage.configuration;
    stage.configuration = {
      ...stage.configuration,
      notice: { ...notice, services: notice.services.map(({ host: _, hosts: __, ...service }) => service) },
    };
    const page = await open("");
    expect(
      await page.evaluate(() =>
        [document.write, document.writeln, Element.prototype.setAttribute].every((each) =>
          String(each).includes("[native code]"),
        ),
      ),
    ).toBe(true);
  });
});

describe("a frame of a listed host", () => {
  it("that a script inserts waits behind its cover, and 'this time' lets the service through, once", async () => {
    const page = await open("");
    await page.evaluate((host) => {
      for (const path of ["/film", "/other"]) {
        const frame = document.createElement("iframe");
        frame.src = `http://${host}${path}`;
        document.body.append(frame);
      }
    }, trackerHost);
    const covers = page.locator("c360-placeholder");
    await eventually(() => covers.count()).toBe(2);
    expect(await covers.first().locator(".frame").textContent()).toContain("Nakshatra Metrics");
    expect(asked).toEqual([]);
    await covers.first().getByRole("button", { name: "Show it this time" }).click();
    await eventually(() => [...asked].sort()).toEqual(["/film", "/other"]);
    expect(await covers.count()).toBe(0);
    expect(stage.consents).toEqual([]);
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });
});

describe("withdrawal", () => {
  it("reports what it could not clear", async () => {
    const page = await open("");
    await page.click("[data-c360-action=accept]");
    await page.evaluate(() => {
      Object.assign(window, { told: [] });
      if (window.c360 && !Array.isArray(window.c360))
        window.c360.on("not_cleared", ({ names }) => Reflect.get(window, "told").push(...names));
      // A page that pins its storage stands for whatever cannot be deleted from here.
      sessionStorage.setItem("_nkm_session", "1");
      Storage.prototype.removeItem = () => {};
    });
    await page.click("[data-c360-action=open]");
    await page.click("dialog [data-c360-action=reject]");
    await eventually(() => page.evaluate(() => Reflect.get(window, "told"))).toEqual(["_nkm_session"]);
    await page.click("[data-c360-action=open]");
    await eventually(() => page.locator("dialog .record").textContent()).toContain(
      "Could not be deleted from here: _nkm_session",
    );
  });
});
