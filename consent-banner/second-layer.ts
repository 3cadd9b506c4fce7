import { categoriesOf } from "./choice.ts";
import type { Categories, Purpose, Service } from "./configuration.ts";
import type { Choices, DialogContext, Speech, Surface } from "./dialog.ts";
import { styleSheet } from "./element.ts";
import css from "./second-layer.css?inline";

/** Content hash of the record's code, the name under which it is served. */
declare const __C360_RECORD__: string;

/**
 * The choices: what each purpose is for, which data it takes, who receives it and for how long
 * (DPDP Rules 2025, rule 3), a switch for each, the rights, and the record of the last choice.
 * @throws Error where the published notice cannot be had
 */
async function createChoices(
  context: DialogContext,
  chosen: Categories | null | undefined,
  close: () => void,
): Promise<Choices> {
  const {
    gpc,
    speech: { language },
    kit: { h, button, languageMenu },
  } = context;
  const configuration = await context.published([language]);
  const { notice } = configuration;
  const texts = notice.texts[language];
  if (texts === undefined) throw new Error(`no longer published in ${language}`);
  const duration = (days: number) =>
    days === 0
      ? texts.until_closed
      : new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" }).format(days);

  const serviceOf = ({ id, name, provider, country, policy_url, items }: Service) =>
    h(
      "li",
      {},
      h("strong", {}, name),
      " – ",
      policy_url ? h("a", { href: policy_url, rel: "noreferrer" }, provider) : provider,
      ` (${new Intl.DisplayNames(language, { type: "region" }).of(country) ?? country}). `,
      texts.services[id] && `${texts.services[id]}.`,
      items.length > 0 &&
        h(
          "span",
          { class: "items" },
          `${texts.on_device}: `,
          items.map(({ name, days }) => `${name} (${duration(days)})`).join(", "),
        ),
    );

  const purposeOf = ({ id, retention_days }: Purpose) => {
    const { title, text, data_items } = texts.purposes[id];
    const services = notice.services.filter(({ category }) => category === id);
    const label = `purpose-${id}`;
    const toggle = h("input", {
      type: "checkbox",
      role: "switch",
      name: id,
      "aria-labelledby": label,
      "aria-describedby": `${label}-text`,
    });
    // Nothing is ticked that the visitor did not tick.
    toggle.checked = id !== "necessary" && chosen?.[id] === true;
    return h(
      "section",
      { class: "purpose" },
      h(
        "label",
        {},
        h("h3", { id: label }, title),
        id === "necessary" ? h("span", { class: "on" }, texts.always_on) : toggle,
      ),
      h("p", { id: `${label}-text` }, text),
      h(
        "details",
        {},
        h("summary", {}, texts.details),
        h(
          "dl",
          {},
          h("dt", {}, texts.data_items),
          h("dd", {}, data_items.join(", ")),
          h("dt", {}, texts.kept),
          h("dd", {}, duration(retention_days)),
          h("dt", {}, texts.recipients),
          h("dd", {}, h("ul", {}, ...services.map(serviceOf))),
        ),
      ),
    );
  };

  const { links, contact } = notice;
  const cross = button("close", "×", "close");
  cross.setAttribute("aria-label", texts.close);
  const record = h("section", { class: "record", "aria-live": "polite" });
  let refresh = () => {};
  // Only who chose has one to see.
  if (context.state.delivery || context.state.identity)
    context.load<typeof import("./receipt.ts")>(__C360_RECORD__).then(
      ({ createReceipt }) => {
        refresh = createReceipt(context, texts, record);
        refresh();
      },
      () => record.append(h("p", {}, texts.unavailable)),
    );
  const element = h(
    "dialog",
    { lang: language, "aria-labelledby": "heading" },
    h(
      "div",
      { class: "head" },
      h("h2", { id: "heading", tabindex: "-1", autofocus: "" }, texts.choices_heading),
      languageMenu(configuration, language, texts.language),
      cross,
    ),
    h(
      "form",
      { method: "dialog" },
      notice.drafts?.[language] && h("small", {}, texts.draft),
      h("p", {}, gpc ? texts.gpc : texts.choices_body),
      ...notice.categories.map(purposeOf),
      record,
      h(
        "p",
        { class: "rights" },
        h("a", { href: links.policy }, texts.policy),
        h("a", { href: links.rights }, texts.rights),
        h("a", { href: links.board, rel: "noreferrer" }, texts.board),
        h(
          "span",
          {},
          `${texts.contact}: ${contact.name}, `,
          h("a", { href: `mailto:${contact.email}` }, contact.email),
        ),
      ),
    ),
    h(
      "div",
      { class: "foot" },
      button("save", texts.save, "save"),
      button("accept", texts.accept),
      button("reject", texts.reject),
    ),
  );
  element.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  // The browser may close it without asking (a second Esc).
  element.addEventListener("close", () => element.isConnected && close());
  const isOn = (name: string) =>
    element.querySelector<HTMLInputElement>(`input[name=${name}]`)?.checked === true;

  return {
    element,
    sheet: styleSheet(css),
    shown: configuration,
    wanted: () => categoriesOf(isOn),
    refresh: () => refresh(),
  };
}

/** See `SecondLayerModule`. */
export async function openChoices(
  context: DialogContext,
  surface: Surface,
  wanted: Categories | undefined = context.state.current?.categories,
): Promise<void> {
  const { layer: from, choices: before, root, host } = surface;
  const picked = context.state.current?.language;
  if (picked && picked !== context.speech.language && context.configuration.notice.languages.includes(picked))
    Object.assign(context.speech, await speechIn(context, picked));
  const choices = await createChoices(context, wanted, surface.close);
  // Meanwhile the visitor chose, or opened it by another way.
  if (surface.layer !== from || surface.choices !== before) return;
  surface.choices = choices;
  root.adoptedStyleSheets = [...context.sheets, choices.sheet];
  host.lang = context.speech.language;
  host.dir = context.speech.rtl ? "rtl" : "ltr";
  if (from === "banner") {
    const hadFocus = document.activeElement === host;
    surface.back = () => {
      surface.ask();
      if (hadFocus) surface.find("choose")?.focus();
    };
    root.replaceChildren();
  }
  before?.element.remove();
  root.append(choices.element);
  choices.element.showModal();
  if (before) return;
  surface.layer = "choices";
  context.announce("open", { layer: "choices" });
}

/** What is published, in this language. */
async function speechIn(context: DialogContext, language: string): Promise<Speech> {
  const shown = await context.published([language]);
  const { notice, coming_change, changed, rtl } = shown;
  const texts = notice.texts[language];
  if (texts === undefined) throw new Error(`no longer published in ${language}`);
  const draft = language in (notice.drafts ?? {});
  return { language, texts, draft, shown, coming_change, changed, rtl };
}

/** See `SecondLayerModule`. */
export async function translate(context: DialogContext, surface: Surface, language: string): Promise<void> {
  const { layer, choices } = surface;
  const speech = await speechIn(context, language);
  if (surface.layer !== layer) return;
  Object.assign(context.speech, speech);
  context.pick(language);
  if (choices) await openChoices(context, surface, choices.wanted());
  else surface.ask();
  surface.find("language")?.focus();
}
