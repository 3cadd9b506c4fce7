import type { SpokenChange } from "./configuration.ts";
import type { DialogContext } from "./dialog.ts";
import { styleSheet } from "./element.ts";
import css from "./note.css?inline";

export { clear } from "./forget.ts";
export { createCovers } from "./frames.ts";

/**
 * The quiet line about a coming change of the policy, for who has chosen already.
 * @param told the visitor closed it
 */
export async function addNote(
  root: ShadowRoot,
  { speech: { language }, published, kit: { h } }: DialogContext,
  { text, url }: SpokenChange,
  told: () => void,
): Promise<void> {
  const texts = (await published([language])).notice.texts[language];
  if (texts === undefined) return;
  const cross = h("button", { type: "button", class: "close", "aria-label": texts.close }, "×");
  const note = h(
    "section",
    { class: "card note", "aria-label": texts.policy },
    h("p", {}, text, " ", h("a", { href: url }, texts.coming_change_link)),
    cross,
  );
  cross.onclick = () => {
    told();
    note.remove();
  };
  root.adoptedStyleSheets.push(styleSheet(css));
  root.prepend(note);
}
