import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser on this machine, or null: `CHROMIUM` first, then the usual places. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM;
  if (named !== undefined && existsSync(named)) return named;
  return PLACES.find((place) => existsSync(place)) ?? null;
}

/**
 * The browser, installed from Debian's packages where there is none.
 * @throws Error that says what to do when it cannot be installed here
 */
export function ensureChromium(say: (line: string) => void): string {
  const found = findChromium();
  if (found !== null) return found;
  const root = process.getuid?.() === 0;
  const sudo = root ? [] : ["sudo", "-n"];
  const run = (...command: string[]) => {
    const [program = "", ...args] = [...sudo, ...command];
    execFileSync(program, args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  };
  if (spawnSync("apt-get", ["--version"]).status !== 0) throw new Error(INSTRUCTION);
  say("No Chromium here: installing Debian's (about a minute).");
  try {
    run("apt-get", "update", "-qq");
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-core");
  } catch (error) {
    throw new Error(INSTRUCTION, { cause: error });
  }
  const installed = findChromium();
  if (installed === null) throw new Error(INSTRUCTION);
  return installed;
}

const INSTRUCTION =
  "The tests need Chromium: install it (Debian: apt-get install chromium, as root) or name one in CHROMIUM.";
