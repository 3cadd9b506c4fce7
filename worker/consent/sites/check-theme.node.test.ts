import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OWN_COLOURS } from "./check-theme.ts";
import { contrastOf } from "./contrast.ts";

const css = readFileSync(join(import.meta.dirname, "../../../consent-banner/first-layer.css"), "utf8");

test.each(["light", "dark"] as const)(
  "the colours that a theme leaves are those of the style sheet: %s",
  (mode) => {
    const part = css.split("prefers-color-scheme: dark")[mode === "dark" ? 1 : 0] ?? "";
    for (const [name, colour] of Object.entries(OWN_COLOURS[mode])) {
      const written = new RegExp(`--${name.replace("_", "-")}: var\\(--c360-[a-z-]+, (.+)\\);`).exec(
        part,
      )?.[1];
      expect(contrastOf(written ?? "", colour), `${name} ${written}`).toBeLessThan(1.03);
    }
  },
);
