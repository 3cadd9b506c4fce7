import type { ThemeColours } from "../../../consent-banner/configuration.ts";
import { contrastOf } from "./contrast.ts";
import { error, type Finding } from "./finding.ts";
import type { NoticeDocument } from "./site-document.ts";

/** The banner's own colours, as in its style sheet: a theme may set some and keep the others. */
export const OWN_COLOURS: Readonly<
  Record<"light" | "dark", Required<ThemeColours> & { readonly link: string }>
> = {
  light: {
    surface: "oklch(0.995 0.002 200)",
    text: "oklch(0.27 0.015 220)",
    line: "oklch(0.88 0.008 220)",
    accent: "oklch(0.52 0.09 200)",
    on_accent: "oklch(0.99 0.005 200)",
    link: "oklch(0.46 0.085 200)",
  },
  dark: {
    surface: "oklch(0.25 0.015 220)",
    text: "oklch(0.93 0.008 210)",
    line: "oklch(0.4 0.015 220)",
    accent: "oklch(0.76 0.09 195)",
    on_accent: "oklch(0.2 0.03 210)",
    link: "oklch(0.8 0.09 195)",
  },
};

/** WCAG 2.2, 1.4.3: text of the banner's size. */
const LEAST = 4.5;

/** The contrast of every text in both modes, with the colours that the theme sets and those it leaves. */
export function checkTheme({ theme = {} }: NoticeDocument): Finding[] {
  return (["light", "dark"] as const).flatMap((mode) => {
    const own = theme[mode] ?? {};
    const colours = { ...OWN_COLOURS[mode], ...own, link: own.accent ?? OWN_COLOURS[mode].link };
    return [
      { what: "Text", on: "surface", colour: colours.text, key: "text", ground: colours.surface },
      { what: "A link", on: "surface", colour: colours.link, key: "accent", ground: colours.surface },
      {
        what: "The label of a button",
        on: "accent",
        colour: colours.on_accent,
        key: "on_accent",
        ground: colours.accent,
      },
    ].flatMap(({ what, on, colour, key, ground }) => {
      const ratio = contrastOf(colour, ground);
      if (ratio === null || ratio >= LEAST) return [];
      return error({
        at: ["notice", "theme", mode, own[isColour(key) ? key : "text"] === undefined ? on : key],
        rule: "contrast",
        reason: `${what} has a contrast of ${(Math.floor(ratio * 100) / 100).toFixed(2)} on its ground in ${mode} mode; WCAG 2.2 AA asks for ${LEAST}.`,
        suggestion: `Make ${key} darker or lighter, or change ${on}.`,
      });
    });
  });
}

function isColour(key: string): key is keyof ThemeColours {
  return key in OWN_COLOURS.light;
}
