import type { ThemeColours } from "../../../consent-banner/configuration.ts";
import { contrastOf } from "./contrast.ts";
import { error, type Finding } from "./finding.ts";
import type { NoticeDocument } from "./site-document.ts";

/** The banner's own colours, as in its style sheet: a theme may set some and keep the others. */
export const OWN_COLOURS: Readonly<
  Record<"light" | "dark", Required<ThemeColours> & { readonly link: string }>
> = {
  light: {
    surface: "#fff",
    text: "#1e282c",
    line: "#d2d9db",
    accent: "#00787d",
    on_accent: "#fff",
    link: "#00666b",
  },
  dark: {
    surface: "#1a2327",
    text: "#e2e9eb",
    line: "#3f4a4d",
    accent: "#64c3c3",
    on_accent: "#031a1e",
    link: "#72d0d0",
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
