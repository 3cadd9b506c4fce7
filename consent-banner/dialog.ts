import { categoriesOf } from "./choice.ts";
import type { Categories, Configuration, FirstConfiguration, FirstTexts } from "./configuration.ts";
import { h } from "./element.ts";
import { button, firstLayer } from "./first-layer.ts";
import type { Delivery } from "./ledger-queue.ts";
import type { C360Events } from "./types/c360.d.ts";

/** Content hash of the second layer's code, the name under which it is served. */
declare const __C360_SECOND_LAYER__: string;

/** Names the words that were shown, as the record will. */
export type Shown = Pick<Configuration, "policy_version" | "notice_hash">;

/** What both layers know and may do. */
export interface DialogContext {
  readonly configuration: FirstConfiguration;
  readonly texts: FirstTexts;
  readonly language: string;
  readonly host: string;
  readonly sheet: CSSStyleSheet;
  /** The browser asks not to be tracked. */
  readonly gpc: boolean;
  /** What is allowed now; null before a choice. */
  chosen(): Categories | null;
  /** Null where the visitor cannot be recognised. */
  identity(): { readonly id: string; readonly secret: string } | null;
  /** The fate of the choice that this page sent; null where it sent none. */
  delivery(): Delivery | null;
  /** @param shown what the visitor had read, where it is not the first layer */
  choose(action: "accept" | "reject" | "save", wanted: Categories, shown?: Shown): void;
  announce<K extends keyof C360Events>(type: K, detail: C360Events[K]): void;
}

/** The second layer as its module hands it over. */
export interface Choices {
  readonly element: HTMLDialogElement;
  readonly sheet: CSSStyleSheet;
  /** What it shows: a newer notice may have been published since the page was loaded. */
  readonly shown: Shown;
  /** What the visitor has switched on. */
  wanted(): Categories;
  /** Shows the newest state of the record. */
  refresh(): void;
}

export interface SecondLayerModule {
  createChoices(context: DialogContext): Promise<Choices>;
}

export interface Dialog {
  /** Asks, without touching the focus. */
  ask(): void;
  /** No question: only the small button that is always there. */
  rest(): void;
  /** On request: the question, or the choices where there is one already. */
  open(layer?: "choices"): void;
  /** After a choice, or without one. */
  close(): void;
  refresh(): void;
}

/**
 * The one host element and its layers; only the layer in use is in the document. The host is a
 * child of `<html>`, before the body while the question stands (one Tab reaches it) and after it
 * otherwise, so no rule for the body's children and no framework that renders the body meets it.
 */
export function createDialog(context: DialogContext): Dialog {
  const { texts, configuration, language } = context;
  const { reopen } = configuration.notice;
  const host = document.createElement("c360-consent");
  host.lang = language;
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [context.sheet];

  let layer: "banner" | "choices" | null = null;
  let choices: Choices | null = null;
  let failures = 0;
  /** Goes back to the question that the choices had taken the place of. */
  let back: (() => void) | null = null;
  /** Takes the focus when the layer goes: what had it before, or the small button that opened it. */
  let cameFrom: (() => void) | null = null;

  const find = (action: string) => root.querySelector<HTMLElement>(`[data-c360-action=${action}]`);

  const show = (place: "first" | "last", ...content: HTMLElement[]) => {
    root.replaceChildren(...content);
    const { documentElement, body } = document;
    const before = place === "first" ? body : null;
    if (!host.isConnected || host.nextSibling !== before) documentElement.insertBefore(host, before);
  };

  const enter = (next: "banner" | "choices") => {
    layer = next;
    context.announce("open", { layer: next });
  };

  const ask = () => {
    show("first", firstLayer(configuration, texts, language, context.gpc));
    enter("banner");
  };

  const rest = () => {
    const small = h("section", { "aria-label": texts.reopen }, button("open", texts.reopen, reopen));
    show("last", ...(reopen === "none" ? [] : [small]));
  };

  const loadSecondLayer = (): Promise<SecondLayerModule> => {
    // A module that failed to load stays failed under its address: the fragment makes a new one.
    const again = failures ? `#${failures}` : "";
    return import(
      /* @vite-ignore */ `${context.host}/c/${configuration.site}/${__C360_SECOND_LAYER__}.js${again}`
    );
  };

  const focusCard = () => root.querySelector<HTMLElement>(".card")?.focus();

  const openChoices = async () => {
    const from = layer;
    try {
      const { createChoices } = await loadSecondLayer();
      const created = await createChoices(context);
      // Meanwhile the visitor chose, or opened it by another way.
      if (layer !== from) return;
      choices = created;
    } catch {
      failures++;
      if (layer !== from) return;
      // Whoever wants to withdraw must be able to, so the first layer stands in.
      if (from === null) {
        ask();
        focusCard();
      }
      root.querySelector("[role=alert]")?.remove();
      root.querySelector(".card")?.append(h("p", { role: "alert" }, texts.unavailable));
      return;
    }
    const { element, sheet } = choices;
    root.adoptedStyleSheets = [context.sheet, sheet];
    element.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    // The browser may close it without asking (a second Esc).
    element.addEventListener("close", () => layer === "choices" && close());
    if (layer === "banner") {
      const hadFocus = document.activeElement === host;
      back = () => {
        ask();
        if (hadFocus) find("choose")?.focus();
      };
      root.replaceChildren();
    }
    root.append(element);
    element.showModal();
    enter("choices");
  };

  const close = () => {
    const closed = layer;
    if (closed === null) return;
    const hadFocus = document.activeElement === host;
    layer = null;
    choices?.element.close();
    choices = null;
    if (back && context.chosen() === null) back();
    else {
      rest();
      if (hadFocus) cameFrom?.();
      cameFrom = null;
    }
    back = null;
    context.announce("close", { layer: closed });
  };

  const open = (wanted?: "choices") => {
    if (layer === "choices") return;
    if (wanted === "choices" || context.chosen()) openChoices();
    else {
      if (layer === null) ask();
      focusCard();
    }
  };

  host.addEventListener("focusin", ({ relatedTarget }) => {
    // Only a focus that comes from outside the shadow tree is seen here.
    if (relatedTarget instanceof HTMLElement)
      cameFrom = () => relatedTarget.isConnected && relatedTarget.focus();
  });

  root.addEventListener("click", ({ target }) => {
    const action =
      target instanceof Element && target.closest("[data-c360-action]")?.getAttribute("data-c360-action");
    if (action === "accept" || action === "reject")
      context.choose(
        action,
        categoriesOf(() => action === "accept"),
        choices?.shown,
      );
    else if (action === "save" && choices) context.choose(action, choices.wanted(), choices.shown);
    else if (action === "choose") openChoices();
    else if (action === "close") close();
    else if (action === "open") {
      cameFrom = () => find("open")?.focus();
      open();
    }
  });

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest('[data-c360="open"]'))) return;
    event.preventDefault();
    open();
  });

  document.addEventListener("keydown", (event) => {
    // In somebody's field or dialog Esc means something else.
    const busy =
      event.target instanceof Element &&
      event.target.closest("input,textarea,select,dialog,[contenteditable]");
    if (event.key === "Escape" && layer === "banner" && !event.defaultPrevented && !busy) close();
  });

  return { ask, rest, open, close, refresh: () => choices?.refresh() };
}
