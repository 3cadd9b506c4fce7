import { parseVersionName, type VersionName } from "./version.ts";

/** The forms of a version's text, and what its address ends in. */
export const SUFFIXES = { html: "", md: ".md", json: ".json", txt: ".txt" } as const;
export type VersionForm = keyof typeof SUFFIXES;

/** What follows `/privacy/`. */
export type Address =
  | { readonly kind: "version"; readonly version: VersionName; readonly form: VersionForm }
  | { readonly kind: "difference"; readonly before: VersionName; readonly after: VersionName };

/** Reads `2025-10-26`, `2025-10-26.md` or `2025-10-26..2026-11-24`; null for anything else. */
export function parseAddress(text: string): Address | null {
  const [first = "", second, ...more] = text.split("..");
  if (second !== undefined) {
    const before = parseVersionName(first);
    const after = parseVersionName(second);
    if (before === null || after === null || more.length > 0) return null;
    return { kind: "difference", before, after };
  }
  const { name, form } = splitForm(text);
  const version = parseVersionName(name);
  return version === null ? null : { kind: "version", version, form };
}

/** `cookies.md` is `cookies` as Markdown, `cookies` a page. */
export function splitForm(text: string): { name: string; form: VersionForm } {
  const form = (["md", "json", "txt"] as const).find((known) => text.endsWith(SUFFIXES[known])) ?? "html";
  return { name: form === "html" ? text : text.slice(0, -SUFFIXES[form].length), form };
}
