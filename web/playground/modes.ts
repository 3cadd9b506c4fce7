/** What the preview shows as if the visitor's system asked for it. */
export const MODES = ["light", "dark", "forced"] as const;
export type Mode = (typeof MODES)[number];

/**
 * A style sheet as it applies in one mode: a page cannot set the visitor's preferences, so its media
 * conditions are answered in the text.
 */
export function answerMedia(css: string, mode: Mode): string {
  const answer = (holds: boolean) => (holds ? "(min-width:0)" : "(max-width:0)");
  return css
    .replace(/\(\s*prefers-color-scheme\s*:\s*dark\s*\)/g, answer(mode !== "light"))
    .replace(/\(\s*prefers-color-scheme\s*:\s*light\s*\)/g, answer(mode === "light"))
    .replace(/\(\s*forced-colors\s*:\s*active\s*\)/g, answer(mode === "forced"))
    .replace(/\(\s*forced-colors\s*:\s*none\s*\)/g, answer(mode !== "forced"));
}
