import type { SpokenChange } from "./configuration.ts";
import type { DialogContext } from "./dialog.ts";
import { h } from "./element.ts";

/** Every button of both layers says by `data-c360-action` what it does. */
export type ButtonAction = "accept" | "reject" | "choose" | "save" | "close" | "open";

export const button = (action: ButtonAction, text: string, kind?: string) =>
  h("button", { type: "button", class: kind, "data-c360-action": action }, text);

interface Named {
  readonly names?: readonly string[];
  readonly notice: { readonly languages: readonly string[] };
}

/** Every published language under its own name; nothing where there is only one. */
export function languageMenu({ names, notice: { languages } }: Named, language: string, label?: string) {
  if (!names) return null;
  const menu = h(
    "select",
    { "aria-label": label, "data-c360-action": "language" },
    ...languages.map((tag, at) => h("option", { value: tag, lang: tag }, names[at])),
  );
  menu.value = language;
  return menu;
}

const changeOf = ({ text, url }: SpokenChange, link: string): HTMLElement =>
  h("p", {}, text, " ", h("a", { href: url }, link));

/** The question: accept and reject of equal weight, and a plain third way to choose. */
export function firstLayer({ configuration, speech, gpc, again }: DialogContext): HTMLElement {
  const { links } = configuration.notice;
  const { texts, language, draft, coming_change, changed } = speech;
  return h(
    "section",
    // The host forgets its own, with all else of the page: fonts are chosen by it.
    { class: "card", lang: language, "aria-labelledby": "title", tabindex: "-1" },
    h(
      "div",
      { class: "head" },
      h("p", { id: "title" }, texts.heading),
      languageMenu(configuration, language, texts.language),
    ),
    again && changed && changeOf(changed, texts.coming_change_link),
    h("p", {}, gpc ? texts.gpc : texts.body, " ", h("a", { href: links.policy }, texts.policy)),
    coming_change && changeOf(coming_change, texts.coming_change_link),
    draft && h("small", {}, texts.draft),
    h(
      "div",
      { class: "actions" },
      button("accept", texts.accept),
      button("reject", texts.reject),
      button("choose", texts.choose, "plain"),
    ),
  );
}
