/// <reference types="node" />
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { demoConfiguration, openStage, type Stage } from "./journey.ts";

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

/** What has the focus, seen through the shadow root: an action, or the element's text. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const outer = document.activeElement;
    const element = outer?.shadowRoot?.activeElement ?? outer;
    return element?.getAttribute("data-c360-action") ?? element?.id ?? element?.tagName ?? "";
  });

/** In forced colours without contrast: those are the system's own, which axe does not see used. */
async function violations(page: Page, forced: boolean): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  if (forced) axe.disableRules("color-contrast");
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe("axe finds nothing", () => {
  it.each([
    ["light", 1280, "none"],
    ["dark", 1280, "none"],
    ["light", 320, "none"],
    ["dark", 320, "none"],
    ["light", 1280, "active"],
  ] as const)("on any layer, %s at %i px, forced colours %s", async (colorScheme, width, forcedColors) => {
    const page = await openDemo({ colorScheme, forcedColors, viewport: { width, height: 640 } });
    expect(await violations(page, forcedColors === "active")).toEqual([]);
    await page.click(act("choose"));
    await page.waitForSelector("dialog[open]");
    await page.click("summary >> nth=3");
    await page.getByRole("switch", { name: "Analytics" }).click();
    expect(await violations(page, forcedColors === "active")).toEqual([]);
    await page.click(act("save"));
    expect(await violations(page, forcedColors === "active")).toEqual([]);
    await page.click(act("open"));
    await page.getByRole("link", { name: "Save receipt" }).waitFor();
    expect(await violations(page, forcedColors === "active")).toEqual([]);
  });

  it("once everything was agreed to and the frame that was held back is there", async () => {
    const page = await openDemo();
    await page.click(act("accept"));
    await page.frameLocator("iframe").getByRole("heading").waitFor();
    expect(await violations(page, false)).toEqual([]);
  });
});

describe("size", () => {
  it.each([
    ["as it is", undefined],
    [
      "and a coming change of the policy",
      {
        policy_version: "2027-09-29",
        effective_at: "2027-09-28T18:30:00.000Z",
        time_zone: "Asia/Kolkata",
        url: "/privacy/2025-10-26..2027-09-29",
      },
    ],
  ])(
    "covers at most 45 percent of 320 × 640, with all three buttons in view: %s",
    async (_, coming_change) => {
      stage.configuration = { ...demoConfiguration, ...(coming_change && { coming_change }) };
      const page = await openDemo({ viewport: { width: 320, height: 640 } });
      const card = await page.locator(".card").boundingBox();
      expect(card?.height).toBeLessThanOrEqual(0.45 * 640);
      for (const action of ["accept", "reject", "choose"]) {
        const box = await page.locator(act(action)).boundingBox();
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
        expect(box?.height).toBeGreaterThanOrEqual(24);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    },
  );

  it("gives accept and reject the same size and look", async () => {
    const page = await openDemo({ viewport: { width: 320, height: 640 } });
    const looks = await page.evaluate(() =>
      ["accept", "reject"].map((action) => {
        const button = document
          .querySelector("c360-consent")
          ?.shadowRoot?.querySelector(`[data-c360-action=${action}]`);
        if (!button) return null;
        const { color, backgroundColor, borderColor, fontSize, fontWeight, width, height } =
          getComputedStyle(button);
        return { color, backgroundColor, borderColor, fontSize, fontWeight, width, height };
      }),
    );
    expect(looks[0]).not.toBeNull();
    expect(looks[1]).toEqual(looks[0]);
  });

  it("fits its second layer into 320 px, every target at least 24 px", async () => {
    const page = await openDemo({ viewport: { width: 320, height: 640 } });
    await page.click(act("choose"));
    await page.waitForSelector("dialog[open]");
    const wide = await page.evaluate(() => {
      const form = document.querySelector("c360-consent")?.shadowRoot?.querySelector("form");
      return form ? form.scrollWidth - form.clientWidth : null;
    });
    expect(wide).toBe(0);
    for (const target of await page.locator("dialog :is(button, input, summary)").all()) {
      const box = await target.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
    }
  });
});

describe("the keyboard", () => {
  it("reaches the question with one Tab and leaves it for the page after the choice", async () => {
    const page = await openDemo();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("C360-CONSENT");
    while ((await focused(page)) !== "reject") await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector(act("open"));
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Gera Tiles");
  });

  it("closes the question with Esc, without choosing; it is asked again on the next page", async () => {
    const page = await openDemo();
    await page.keyboard.press("Escape");
    await page.waitForSelector(act("open"));
    expect(await page.locator(act("accept")).count()).toBe(0);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    expect(stage.consents).toEqual([]);
    await page.reload();
    await page.waitForSelector(act("accept"));
  });

  it("leaves Esc to whoever is typing", async () => {
    const page = await openDemo();
    await page.focus("input[name=name]");
    await page.keyboard.press("Escape");
    expect(await page.locator(act("accept")).count()).toBe(1);
  });

  it("closes the choices with Esc, without choosing, and is back where it was", async () => {
    const page = await openDemo();
    await page.focus(act("choose"));
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open]");
    expect(await focused(page)).toBe("heading");
    await page.keyboard.press("Escape");
    await page.waitForSelector(act("choose"));
    expect(await focused(page)).toBe("choose");
    expect(stage.consents).toEqual([]);
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });

  it("is back at a held frame's button that opened the choices, with the question still there", async () => {
    const page = await openDemo();
    const button = page.locator("c360-placeholder").getByRole("button", { name: "Choose" });
    await button.focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open]");
    await page.keyboard.press("Escape");
    await page.waitForSelector(act("choose"));
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("C360-PLACEHOLDER");
  });

  it("stays within the choices while they are open", async () => {
    const page = await openDemo();
    await page.click(act("choose"));
    await page.waitForSelector("dialog[open]");
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press("Tab");
      expect(
        await page.evaluate(() => ["C360-CONSENT", "BODY"].includes(document.activeElement?.tagName ?? "")),
      ).toBe(true);
    }
  });

  it("returns to the small button, or to the site's own link, that opened the choices", async () => {
    const page = await openDemo();
    await page.click(act("accept"));
    await page.focus(act("open"));
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open]");
    await page.keyboard.press("Escape");
    expect(await focused(page)).toBe("open");
    await page.focus("[data-c360=open]");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open]");
    await page.click(act("save"));
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Privacy choices");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("A");
  });

  it("takes no key and no focus from somebody typing while the banner comes", async () => {
    stage.html = `<!doctype html><title>Typing</title><input id="field" autofocus>`;
    const { page } = await stage.newPage();
    await page.goto(stage.site);
    await page.focus("#field");
    const tag = page.addScriptTag({ url: `${stage.host}/c/site_demo.js` });
    await page.keyboard.type("Namaskar, mhojem nanv Anjali", { delay: 15 });
    await tag;
    await page.waitForSelector(act("accept"));
    await page.keyboard.type("!");
    expect(await page.inputValue("#field")).toBe("Namaskar, mhojem nanv Anjali!");
    expect(await focused(page)).toBe("field");
  });
});
