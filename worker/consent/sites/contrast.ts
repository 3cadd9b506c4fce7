/** A colour as red, green and blue of linear light, each 0 to 1. */
type LinearColour = readonly [red: number, green: number, blue: number];

/**
 * The WCAG 2.2 contrast ratio of two CSS colours, 1 to 21.
 * @returns null where one is no opaque colour in hex, `rgb()`, `hsl()` or `oklch()`
 */
export function contrastOf(one: string, other: string): number | null {
  const [a, b] = [linearOf(one), linearOf(other)];
  if (a === null || b === null) return null;
  const [dark, light] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => x - y);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** Whether a colour is one that `contrastOf` can judge. */
export function isOpaqueColour(colour: string): boolean {
  return linearOf(colour) !== null;
}

/** WCAG 2.2, "relative luminance". */
function luminanceOf([red, green, blue]: LinearColour): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linearOf(colour: string): LinearColour | null {
  const text = colour.trim().toLowerCase();
  return text.startsWith("#") ? fromHex(text.slice(1)) : fromFunction(text);
}

function fromHex(digits: string): LinearColour | null {
  if (!/^(?:[0-9a-f]{3}|[0-9a-f]{6})$/.test(digits)) return null;
  const width = digits.length / 3;
  const channel = (n: number) =>
    Number.parseInt(digits.slice(n * width, (n + 1) * width).repeat(3 - width), 16);
  return linearised([channel(0) / 255, channel(1) / 255, channel(2) / 255]);
}

const NUMBER = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)";
const FUNCTION = new RegExp(
  `^(rgba?|hsla?|oklch)\\(\\s*(${NUMBER})(%|deg)?[\\s,]+(${NUMBER})(%)?[\\s,]+(${NUMBER})(%|deg)?\\s*\\)$`,
);

function fromFunction(text: string): LinearColour | null {
  const [, name, first, firstUnit, second, secondUnit, third, thirdUnit] = FUNCTION.exec(text) ?? [];
  if (name === undefined) return null;
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  if (name.startsWith("rgb")) {
    if (firstUnit === "deg" || thirdUnit === "deg") return null;
    const channel = (value: number, unit: string | undefined) => within01(value / (unit === "%" ? 100 : 255));
    return linearised([channel(a, firstUnit), channel(b, secondUnit), channel(c, thirdUnit)]);
  }
  if (name.startsWith("hsl")) {
    if (firstUnit === "%" || thirdUnit === "deg") return null;
    return linearised(fromHsl(a, within01(b / 100), within01(c / 100)));
  }
  if (firstUnit === "deg" || thirdUnit === "%") return null;
  const lightness = within01(firstUnit === "%" ? a / 100 : a);
  // CSS Color 4: 100 % of chroma is 0.4.
  return fromOklch(lightness, Math.max(0, secondUnit === "%" ? (b / 100) * 0.4 : b), c);
}

/** CSS Color 4, section 7.1. */
function fromHsl(hue: number, saturation: number, lightness: number): LinearColour {
  const channel = (n: number) => {
    const k = (((n + hue / 30) % 12) + 12) % 12;
    return (
      lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1))
    );
  };
  return [channel(0), channel(8), channel(4)];
}

/** Oklab to linear sRGB (B. Ottosson, "A perceptual color space for image processing"), clipped to sRGB. */
function fromOklch(lightness: number, chroma: number, hue: number): LinearColour {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    within01(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    within01(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    within01(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function linearised([red, green, blue]: LinearColour): LinearColour {
  const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return [channel(red), channel(green), channel(blue)];
}

function within01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
