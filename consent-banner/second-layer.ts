import { categoriesOf } from "./choice.ts";
import type { Configuration, Purpose, Service } from "./configuration.ts";
import type { Choices, DialogContext } from "./dialog.ts";
import { h, styleSheet } from "./element.ts";
import { button } from "./first-layer.ts";
import { createReceipt } from "./receipt.ts";
import css from "./second-layer.css?inline";

/**
 * The choices: what each purpose is for, which data it takes, who receives it and for how long
 * (DPDP Rules 2025, rule 3), a switch for each, the rights, and the record of the last choice.
 * @throws Error where the published notice cannot be had
 */
export async function createChoices(context: DialogContext): Promise<Choices> {
  const { language, gpc } = context;
  const configuration = await published(context);
  const { notice } = configuration;
  const texts = notice.texts[language];
  if (texts === undefined) throw new Error(`no longer published in ${language}`);
  const chosen = context.chosen();

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
      `${texts.services[id] ?? ""}.`,
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
  const receipt = createReceipt(context, texts);
  const element = h(
    "dialog",
    { "aria-labelledby": "heading" },
    h(
      "div",
      { class: "head" },
      h("h2", { id: "heading", tabindex: "-1", autofocus: "" }, texts.choices_heading),
      close(texts.close),
    ),
    h(
      "form",
      { method: "dialog" },
      h("p", {}, gpc ? texts.gpc : texts.choices_body),
      ...notice.categories.map(purposeOf),
      receipt.element,
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
  const isOn = (name: string) =>
    element.querySelector<HTMLInputElement>(`input[name=${name}]`)?.checked === true;

  return {
    element,
    sheet: styleSheet(css),
    shown: configuration,
    wanted: () => categoriesOf(isOn),
    refresh: receipt.refresh,
  };
}

async function published({ host, configuration }: DialogContext): Promise<Configuration> {
  const response = await fetch(`${host}/c/${configuration.site}.json`, { credentials: "omit" });
  if (!response.ok) throw new Error(`the notice is not there (${response.status})`);
  return response.json();
}

function close(label: string): HTMLButtonElement {
  const cross = button("close", "×", "close");
  cross.setAttribute("aria-label", label);
  return cross;
}
