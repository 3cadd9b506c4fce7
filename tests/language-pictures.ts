import { writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { openStage } from "../consent-banner/journey.ts";
import { LANGUAGES } from "../consent-banner/languages/all.ts";
import { configurationInAllLanguages } from "../consent-banner/languages/in-all-languages.ts";

/**
 * `npm run pictures:languages`: both layers of the banner in every language on a phone, one sheet in light
 * and one in dark colours. It needs fonts for the scripts (Debian: fonts-noto-core).
 */
const FOLDER = new URL("../docs/pictures/", import.meta.url).pathname;
const PHONE = { width: 320, height: 640 };
const COLUMNS = 10;
const QUALITY = 34;

type Layers = readonly [question: string, choices: string];

const stage = await openStage();
try {
  stage.configuration = configurationInAllLanguages;
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await stage.newPage({ viewport: PHONE, colorScheme });
    await page.goto(`${stage.site}/demo/`);
    const questions = await takeAll(page, ".card");
    await page.locator("[data-c360-action=choose]").click();
    const choices = await takeAll(page, "dialog");
    await lay(
      questions.map((question, at) => [question, choices[at] ?? ""]),
      `${FOLDER}languages-${colorScheme}.webp`,
    );
  }
} finally {
  await stage.close();
}

/** One layer in every language, as data URLs. */
async function takeAll(page: Page, layer: string): Promise<string[]> {
  const pictures: string[] = [];
  for (const { tag, texts } of LANGUAGES) {
    await page.locator("c360-consent [data-c360-action=language]").selectOption(tag);
    const heading = layer === "dialog" ? texts.choices_heading : texts.heading;
    await page.locator(`${layer} :is(#title, h2)`).filter({ hasText: heading }).waitFor();
    const png = await page.locator(`c360-consent ${layer}`).screenshot();
    pictures.push(`data:image/png;base64,${png.toString("base64")}`);
  }
  return pictures;
}

/** All of them on one sheet. */
async function lay(pictures: readonly Layers[], file: string): Promise<void> {
  const { page } = await stage.newPage({ viewport: { width: COLUMNS * (PHONE.width + 8), height: 800 } });
  const cells = pictures.map(([question, choices], at) => {
    const { tag } = LANGUAGES[at] ?? { tag: "" };
    return `<figure><figcaption>${tag}</figcaption><img src="${question}"><img src="${choices}"></figure>`;
  });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; display: grid; grid-template-columns: repeat(${COLUMNS}, 1fr); background: #808080; }
    figure { margin: 4px; } img { display: block; margin-bottom: 4px } figcaption { font: 16px sans-serif }
  </style>${cells.join("")}`);
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  // Playwright itself writes no WebP, which is a third of a PNG here.
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", {
    format: "webp",
    quality: QUALITY,
    captureBeyondViewport: true,
    clip: await page.evaluate(() => ({
      x: 0,
      y: 0,
      width: document.documentElement.scrollWidth,
      height: document.documentElement.scrollHeight,
      scale: 1,
    })),
  });
  await writeFile(file, Buffer.from(data, "base64"));
}
