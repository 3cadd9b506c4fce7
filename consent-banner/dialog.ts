import { type Choice, categoriesOf, type Identity } from "./choice.ts";
import type {
  Categories,
  Configuration,
  FirstConfiguration,
  FirstTexts,
  Spoken,
  SpokenChange,
} from "./configuration.ts";
import { h } from "./element.ts";
import { button, firstLayer, languageMenu } from "./first-layer.ts";
import type { Delivery } from "./ledger-queue.ts";
import type { C360Events } from "./types/index.d.ts";

/** Content hash of the second layer's code, the name under which it is served. */
declare const __C360_SECOND_LAYER__: string;

/** Names the words that were shown, as the record will. */
export type Shown = Pick<Configuration, "policy_version" | "notice_hash">;

/** The language that is spoken, and its words; moves with the visitor's own pick. */
export interface Speech {
  language: string;
  texts: FirstTexts;
  shown: Shown;
  /** Some of it was checked by nobody. */
  draft: boolean;
  coming_change: SpokenChange | undefined;
  changed: SpokenChange | undefined;
  rtl: boolean | undefined;
}

/** What changes while the page lives. */
export interface State {
  /** The choice that holds; null before one. */
  current: Choice | null;
  /** Null where the visitor cannot be recognised. */
  identity: Identity | null;
  /** The fate of the choice that this page sent; null where it sent none. */
  delivery: Delivery | null;
  /** What the last withdrawal could not delete. */
  notCleared: readonly string[];
}

/** What both layers know and may do. */
export interface DialogContext {
  readonly configuration: FirstConfiguration;
  readonly site: string;
  readonly host: string;
  readonly sheets: readonly CSSStyleSheet[];
  /** The browser asks not to be tracked. */
  readonly gpc: boolean;
  readonly speech: Speech;
  /** What the modules that come later use of the first one. */
  readonly kit: typeof KIT;
  readonly state: State;
  /** There was a choice under an earlier revision of the notice. */
  readonly again: boolean;
  /** What is published, with the texts of the best of these languages. */
  published(wishes: readonly string[]): Promise<Spoken>;
  request(url: string, init: RequestInit): Promise<Response>;
  /** A module of this build by the name under which it is served. */
  load<T>(name: string): Promise<T>;
  /** The visitor picked a language. */
  pick(language: string): void;
  /** @param shown what the visitor had read */
  choose(action: "accept" | "reject" | "save", wanted: Categories, shown: Shown): void;
  announce<K extends keyof C360Events>(type: K, detail: C360Events[K]): void;
}

export const KIT = { h, button, languageMenu };

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

/** The element on the page, as the modules that come later work on it. */
export interface Surface {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  choices: Choices | null;
  layer: "banner" | "choices" | null;
  /** Goes back to the question that the choices had taken the place of. */
  back: (() => void) | null;
  ask(): void;
  close(): void;
  find(action: string): HTMLElement | null;
}

export interface SecondLayerModule {
  /** Opens the choices, in the place of what is open. */
  openChoices(context: DialogContext, surface: Surface): Promise<void>;
  /** Fetches the words of this language, and no other, and speaks them from now on. */
  translate(context: DialogContext, surface: Surface, language: string): Promise<void>;
}

export interface Dialog {
  readonly root: ShadowRoot;
  /** Asks, without touching the focus. */
  ask(): void;
  /** Comes back where the page has thrown its host away. */
  stay(): void;
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
  const { configuration, speech } = context;
  const { reopen } = configuration.notice;
  const host = document.createElement("c360-consent");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [...context.sheets];

  /** Takes the focus when the layer goes: what had it before, or the small button that opened it. */
  let cameFrom: (() => void) | null = null;
  let isFirst = false;

  const find = (action: string) => root.querySelector<HTMLElement>(`[data-c360-action=${action}]`);

  const stay = () => {
    const { documentElement, body } = document;
    if (!host.isConnected) documentElement.insertBefore(host, isFirst ? body : null);
  };
  const show = (first: boolean, content: HTMLElement | "") => {
    host.lang = speech.language;
    host.dir = speech.rtl ? "rtl" : "ltr";
    root.replaceChildren(content);
    if (isFirst !== first) host.remove();
    isFirst = first;
    stay();
  };

  const ask = () => {
    show(true, firstLayer(context));
    surface.layer = "banner";
    context.announce("open", { layer: "banner" });
  };

  const rest = () => {
    const { reopen: label } = speech.texts;
    show(
      false,
      reopen === "none" ? "" : h("section", { "aria-label": label }, button("open", label, reopen)),
    );
  };

  const focusCard = () => root.querySelector<HTMLElement>(".card")?.focus();
  /** Does something that needs the second layer's module. */
  const later = async (run: (module: SecondLayerModule) => Promise<void>) => {
    const from = surface.layer;
    try {
      await run(await context.load<SecondLayerModule>(__C360_SECOND_LAYER__));
    } catch {
      if (surface.layer !== from) return;
      // Whoever wants to withdraw must be able to, so the first layer stands in.
      if (from === null) {
        ask();
        focusCard();
      }
      find("unavailable")?.remove();
      root
        .querySelector(".card,form")
        ?.append(h("p", { role: "alert", "data-c360-action": "unavailable" }, speech.texts.unavailable));
    }
  };
  const openChoices = () => later((module) => module.openChoices(context, surface));

  const close = () => {
    const { layer, choices, back } = surface;
    if (layer === null) return;
    const hadFocus = document.activeElement === host;
    surface.layer = surface.choices = surface.back = null;
    choices?.element.close();
    if (back && !context.state.current) back();
    else {
      rest();
      if (hadFocus) cameFrom?.();
      cameFrom = null;
    }
    context.announce("close", { layer });
  };
  const surface: Surface = { host, root, choices: null, layer: null, back: null, ask, close, find };

  const open = (wanted?: "choices") => {
    if (surface.choices) return;
    if (wanted === "choices" || context.state.current) openChoices();
    else {
      if (surface.layer === null) ask();
      focusCard();
    }
  };

  host.addEventListener("focusin", ({ relatedTarget }) => {
    // Only a focus that comes from outside the shadow tree is seen here.
    if (relatedTarget instanceof HTMLElement)
      cameFrom = () => relatedTarget.isConnected && relatedTarget.focus();
  });

  root.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement)
      later((module) => module.translate(context, surface, target.value));
  });

  root.addEventListener("click", ({ target }) => {
    const action =
      target instanceof Element && target.closest("[data-c360-action]")?.getAttribute("data-c360-action");
    const { choices } = surface;
    if (action === "accept" || action === "reject")
      context.choose(
        action,
        categoriesOf(() => action === "accept"),
        choices?.shown ?? speech.shown,
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
    if (event.key === "Escape" && surface.layer === "banner" && !event.defaultPrevented && !busy) close();
  });

  return { root, ask, rest, open, close, stay, refresh: () => surface.choices?.refresh() };
}
