import { writeFile } from "node:fs/promises";
import type { Locator } from "playwright-core";
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
const SCALE = 0.8;

type Layers = readonly [question: string, choices: string];

const stage = await openStage();
try {
  stage.configuration = configurationInAllLanguages;
  for (const colorScheme of ["light", "dark"] as const) {
    const pictures: Layers[] = [];
    for (const { tag } of LANGUAGES) pictures.push(await take(tag, colorScheme));
    await lay(pictures, `${FOLDER}languages-${colorScheme}.webp`);
  }
} finally {
  await stage.close();
}

/** Both layers as a visitor sees them whose browser is set to this language, as data URLs. */
async function take(locale: string, colorScheme: "light" | "dark"): Promise<Layers> {
  const { page, context } = await stage.newPage({ viewport: PHONE, locale, colorScheme });
  await page.goto(`${stage.site}/demo/`);
  const question = await urlOf(page.locator(`c360-consent[lang="${locale}"] .card`));
  await page.locator("[data-c360-action=choose]").click();
  const choices = await urlOf(page.locator("c360-consent dialog"));
  await context.close();
  return [question, choices];
}

async function urlOf(layer: Locator): Promise<string> {
  return `data:image/png;base64,${(await layer.screenshot()).toString("base64")}`;
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
  const size = await page.evaluate(() => {
    const { scrollWidth: width, scrollHeight: height } = document.documentElement;
    return { width, height };
  });
  // Playwright itself writes no WebP, which is a third of a PNG here.
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", {
    format: "webp",
    quality: QUALITY,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, ...size, scale: SCALE },
  });
  await writeFile(file, Buffer.from(data, "base64"));
}
