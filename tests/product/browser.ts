import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../chromium.ts";

/** The real browser, with nothing that calls out of the machine. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error("no Chromium on this machine: npm test installs one");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}
