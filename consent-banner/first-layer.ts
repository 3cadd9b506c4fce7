import type { FirstConfiguration, FirstTexts } from "./configuration.ts";
import { h } from "./element.ts";
import { fill } from "./language.ts";

/** Every button of both layers says by `data-c360-action` what it does. */
export type ButtonAction = "accept" | "reject" | "choose" | "save" | "close" | "open";

export const button = (action: ButtonAction, text: string, kind?: string) =>
  h("button", { type: "button", class: kind, "data-c360-action": action }, text);

/** The question: accept and reject of equal weight, and a plain third way to choose. */
export function firstLayer(
  { notice, coming_change }: FirstConfiguration,
  texts: FirstTexts,
  language: string,
  gpc: boolean,
): HTMLElement {
  return h(
    "section",
    { class: "card", "aria-labelledby": "title", tabindex: "-1" },
    h("p", { id: "title" }, texts.heading),
    h("p", {}, gpc ? texts.gpc : texts.body, " ", h("a", { href: notice.links.policy }, texts.policy)),
    coming_change &&
      h(
        "p",
        { class: "change" },
        fill(texts.coming_change, {
          date: new Date(coming_change.effective_at).toLocaleDateString(language, {
            dateStyle: "long",
            timeZone: coming_change.time_zone,
          }),
        }),
        " ",
        h("a", { href: coming_change.url }, texts.coming_change_link),
      ),
    h(
      "div",
      { class: "actions" },
      button("accept", texts.accept),
      button("reject", texts.reject),
      button("choose", texts.choose, "plain"),
    ),
  );
}
