import { expect, test } from "vitest";
import { contrastOf, isOpaqueColour } from "./contrast.ts";

/** Ratios as published: WCAG's own limits, WebAIM's and the W3C's examples. */
test.each([
  ["#000", "#fff", 21, 0.001],
  ["#ffffff", "#ffffff", 1, 0.001],
  ["#777777", "#ffffff", 4.48, 0.005],
  ["#767676", "#fff", 4.54, 0.005],
  ["#0000ff", "#ffffff", 8.59, 0.005],
  ["rgb(255, 0, 0)", "white()", null, 0],
  ["rgb(255 0 0)", "#ffffff", 4, 0.005],
  ["hsl(240, 100%, 50%)", "#ffffff", 8.59, 0.005],
  ["hsl(0deg 0% 46.27%)", "#fff", 4.54, 0.01],
  // CSS Color 4 gives oklch(51.975% 0.17686 142.495) as `green`, #008000: 5.14 on white.
  ["oklch(51.975% 0.17686 142.495)", "#ffffff", 5.14, 0.01],
  ["oklch(0 0 0)", "oklch(1 0 0)", 21, 0.01],
] as const)("%s on %s is %s", (one, other, ratio, within) => {
  const found = contrastOf(one, other);
  if (ratio === null) expect(found).toBeNull();
  else expect(Math.abs((found ?? 0) - ratio)).toBeLessThanOrEqual(within);
});

test.each(["red", "#ff", "#ffff", "#12345678", "rgba(0,0,0,.5)", "url(x)", "var(--x)", "", "rgb(1,2)"])(
  "%j cannot be judged",
  (colour) => {
    expect(isOpaqueColour(colour)).toBe(false);
  },
);
