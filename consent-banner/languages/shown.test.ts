/// <reference types="node" />
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStage, type Stage } from "../journey.ts";
import { LANGUAGES } from "./all.ts";
import { configurationInAllLanguages } from "./in-all-languages.ts";

const PATIENCE = { timeout: 60_000 };
const RIGHT_TO_LEFT: readonly string[] = ["ks", "sd", "ur"];

let stage: Stage;
let page: Page;
/** Of which the machine has the letters: without them there is nothing to be seen, nor claimed. */
let readable: ReadonlySet<string>;

beforeAll(async () => {
  stage = await openStage();
  stage.configuration = configurationInAllLanguages;
  ({ page } = await stage.newPage({ viewport: { width: 320, height: 640 } }));
  await page.goto(`${stage.site}/demo/`);
  await page.locator("[data-c360-action=accept]").waitFor(PATIENCE);
}, 120_000);
afterAll(() => stage.close());

/** Picks the language as a visitor does, and waits until the layer speaks it. */
async function speak(tag: string, heading: string): Promise<void> {
  await page.locator("c360-consent [data-c360-action=language]").selectOption(tag, PATIENCE);
  await page
    .locator("c360-consent :is(#title, h2)")
    .filter({ hasText: heading })
    .waitFor({ state: "attached", ...PATIENCE });
}

/** A layer on the screen, with all of it that does not fit into its own box. */
const look = (layer: string) =>
  page.evaluate((selector) => {
    const card = document.querySelector("c360-consent")?.shadowRoot?.querySelector(selector);
    if (!card) return null;
    for (const details of card.querySelectorAll("details")) details.open = true;
    const edges = card.getBoundingClientRect();
    const cut = [card, ...card.querySelectorAll("*")].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      const inside = element.scrollWidth > element.clientWidth && element.clientWidth > 0;
      return width > 0 && (inside || left < edges.left - 0.5 || right > edges.right + 0.5);
    });
    const buttons = [...card.querySelectorAll("button")].map((button) => button.getBoundingClientRect());
    return {
      text: card.textContent,
      direction: getComputedStyle(card).direction,
      lang: card.getAttribute("lang"),
      height: edges.height,
      fits: {
        cut: cut.map(({ outerHTML }) => outerHTML.slice(0, 200)),
        page: document.documentElement.scrollWidth,
        buttonsInView: buttons.every(({ top, bottom }) => top >= 0 && bottom <= innerHeight),
      },
    };
  }, layer);

it("has every letter of a script, or no font for it", async () => {
  const known = new Set<string>();
  for (const { tag, texts } of LANGUAGES) {
    const words = [texts.heading, texts.body, texts.gpc, texts.draft, texts.rights].join("");
    const letters = [...new Set(words.replace(/Global Privacy Control/, "").match(/\p{L}/gu))];
    const missing = await page.evaluate((wanted) => {
      const context = new OffscreenCanvas(48, 48).getContext("2d", { willReadFrequently: true });
      if (!context) return null;
      context.font = "24px system-ui, sans-serif";
      const draw = (letter: string) => {
        context.clearRect(0, 0, 48, 48);
        context.fillText(letter, 8, 32);
        return context.getImageData(0, 0, 48, 48).data.join();
      };
      // What no font has: it will never be a character.
      const nothing = draw("\u{3ffff}");
      return wanted.filter((letter) => draw(letter) === nothing);
    }, letters);
    expect([[], letters], tag).toContainEqual(missing);
    if (missing?.length === 0) known.add(tag);
  }
  expect(known).toContain("en");
  readable = known;
}, 120_000);

it("asks in every language on a small phone: within 45 percent of it, nothing cut, in its direction", async () => {
  const faults: unknown[] = [];
  for (const { tag, texts } of LANGUAGES) {
    await speak(tag, texts.heading);
    const seen = await look(".card");
    expect(seen?.text, tag).toContain(texts.body);
    expect(seen?.lang).toBe(tag);
    expect(seen?.direction, tag).toBe(RIGHT_TO_LEFT.includes(tag) ? "rtl" : "ltr");
    if (!readable.has(tag)) continue;
    const small = (seen?.height ?? 640) <= 0.45 * 640;
    const asWanted = { small: true, cut: [], page: 320, buttonsInView: true };
    if (JSON.stringify({ small, ...seen?.fits }) !== JSON.stringify(asWanted)) faults.push({ tag, ...seen });
  }
  expect(faults).toEqual([]);
}, 120_000);

it("shows the choices in every language on a small phone: nothing cut, in its direction", async () => {
  await page.locator("[data-c360-action=choose]").click(PATIENCE);
  await page.locator("c360-consent dialog[open]").waitFor(PATIENCE);
  const faults: unknown[] = [];
  for (const { tag, texts } of LANGUAGES) {
    await speak(tag, texts.choices_heading);
    const seen = await look("dialog");
    expect(seen?.lang).toBe(tag);
    expect(seen?.direction, tag).toBe(RIGHT_TO_LEFT.includes(tag) ? "rtl" : "ltr");
    if (!readable.has(tag)) continue;
    const asWanted = { cut: [], page: 320, buttonsInView: true };
    if (JSON.stringify(seen?.fits) !== JSON.stringify(asWanted)) faults.push({ tag, ...seen?.fits });
  }
  expect(faults).toEqual([]);
}, 120_000);
