import { isRightToLeft, nameOf } from "./language.ts";

/**
 * What a site publishes, shared by the worker (which stores, hashes and serves it) and the banner
 * (which shows it). No DOM types here: the worker imports this file.
 */

/** What a visitor can allow or refuse, in the order shown. `necessary` is never asked. */
export const CATEGORIES = ["preferences", "analytics", "marketing"] as const;
export type Category = (typeof CATEGORIES)[number];
export type Categories = Readonly<Record<Category, boolean>>;
export type CategoryOrNecessary = Category | "necessary";

/** Something a service leaves on the visitor's device. */
export interface StoredItem {
  /** Exact name, or a beginning followed by `*`. */
  readonly name: string;
  readonly kind: "cookie" | "local_storage" | "session_storage";
  /** Days until it goes; 0 = until the browser is closed. */
  readonly days: number;
}

/** A recipient: who gets data for a purpose, and what it keeps on the device. */
export interface Service {
  readonly id: string;
  readonly category: CategoryOrNecessary;
  readonly name: string;
  readonly provider: string;
  /** ISO 3166-1 alpha-2 of the provider's seat. */
  readonly country: string;
  /** Host that is contacted, as in a URL; absent where it is the site's own. */
  readonly host?: string;
  /** Further hosts of the same service: their scripts and frames are held with it. */
  readonly hosts?: readonly string[];
  readonly policy_url?: string;
  readonly items: readonly StoredItem[];
}

/** The facts of a purpose; its words are in `texts`. */
export interface Purpose {
  readonly id: CategoryOrNecessary;
  /** How long the data itself is kept by whoever receives it, in days. */
  readonly retention_days: number;
}

export interface PurposeText {
  readonly title: string;
  /** The purpose, and the goods, services or uses it enables. */
  readonly text: string;
  /** The personal data, item by item (DPDP Rules 2025, rule 3). */
  readonly data_items: readonly string[];
}

/** What is read before anything is opened. */
export interface FirstTexts {
  readonly heading: string;
  readonly body: string;
  readonly accept: string;
  readonly reject: string;
  readonly choose: string;
  readonly policy: string;
  /** The small button that is always there. */
  readonly reopen: string;
  /** Said where the browser sends Global Privacy Control. */
  readonly gpc: string;
  readonly coming_change_link: string;
  readonly unavailable: string;
  /** Label of the language menu. */
  readonly language?: string;
  /** Said where a shown text is in `drafts`: made by machine, checked by nobody who speaks the language. */
  readonly draft?: string;
}

/** Every word that the banner shows in one language; `{name}` marks what is filled in. */
export interface Texts extends FirstTexts {
  /** `{date}` of the coming version. */
  readonly coming_change: string;
  /** Said to who is asked again: `{date}` since when it holds. */
  readonly changed?: string;
  /** In place of a frame: `{name}`, `{provider}`, `{host}`. */
  readonly frame: string;
  readonly frame_show: string;
  readonly close: string;
  readonly choices_heading: string;
  readonly choices_body: string;
  readonly save: string;
  readonly always_on: string;
  readonly details: string;
  readonly data_items: string;
  readonly recipients: string;
  readonly kept: string;
  readonly until_closed: string;
  readonly on_device: string;
  readonly rights: string;
  readonly board: string;
  readonly contact: string;

  readonly record_heading: string;
  readonly record_sent: string;
  readonly record_waiting: string;
  readonly record_refused: string;
  readonly record_id: string;
  readonly receipt_save: string;
  readonly record_save: string;
  /** Said after a withdrawal that could not clear `{names}`. */
  readonly not_cleared?: string;

  readonly purposes: Readonly<Record<CategoryOrNecessary, PurposeText>>;
  /** By service id: what it is used for. */
  readonly services: Readonly<Record<string, string>>;
}

/** Colours of one mode, as CSS colours without `url()` or `var()`. */
export interface ThemeColours {
  readonly surface?: string;
  readonly text?: string;
  readonly line?: string;
  /** Ground of the buttons and colour of links. */
  readonly accent?: string;
  readonly on_accent?: string;
}

/** What a site sets of the banner's looks. The page's own `--c360-…` properties win over it. */
export interface Theme {
  readonly light?: ThemeColours;
  readonly dark?: ThemeColours;
  readonly radius_px?: number;
  /** A font family that the page already has. */
  readonly font?: string;
}

/**
 * The published notice: all that a visitor is told and asked. `notice_hash` is the SHA-256 of its
 * RFC 8785 form, so a record proves which words were shown.
 */
export interface Notice {
  readonly v: 1;
  readonly site_name: string;
  /** Goes up when everybody has to be asked again. */
  readonly revision: number;
  /** How long a choice lives, 1 to 395 days. */
  readonly consent_days: number;
  readonly categories: readonly Purpose[];
  readonly services: readonly Service[];
  /** Tags of the languages it is published in; the first is the fallback. */
  readonly languages: readonly string[];
  /** By language tag. A script compiled for one language carries that one only. */
  readonly texts: Readonly<Record<string, Texts>>;
  readonly reopen: "left" | "right" | "none";
  /** Without a choice and with Global Privacy Control: refuse without asking, or ask and say so. */
  readonly gpc: "refuse" | "ask";
  /** Speak Google Consent Mode v2 to `dataLayer`. */
  readonly consent_mode: boolean;
  /** What a withdrawal does about scripts that already run. */
  readonly on_withdrawal: "stay" | "reload";
  readonly links: {
    readonly policy: string;
    /** Where rights are exercised. */
    readonly rights: string;
    /** Where to complain: the Data Protection Board. */
    readonly board: string;
  };
  readonly contact: { readonly name: string; readonly email: string };
  /**
   * Texts that no native speaker has checked, by language tag: paths within its `texts`, as
   * `purposes.analytics.text`, or `*` for all of them.
   */
  readonly drafts?: Readonly<Record<string, readonly string[]>>;
  readonly theme?: Theme;
  /** Where the first layer stands on a wide screen; default `start`. */
  readonly position?: "start" | "end" | "bottom";
  /** A domain whose subdomains share one choice, as `example.com`; absent: this host alone. */
  readonly cookie_domain?: string;
  /** What is otherwise for visitors from some countries; the first that names theirs holds. */
  readonly regions?: readonly RegionRule[];
}

/** Compiled into the tag for the visitor's country, as the edge says it; elsewhere the notice's own hold. */
export interface RegionRule {
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  readonly gpc: Notice["gpc"];
}

/** A policy version that is announced and not yet in force, or, as `changed`, that came into force. */
export interface ComingChange {
  readonly policy_version: string;
  /** RFC 3339. */
  readonly effective_at: string;
  /** IANA zone in which the publisher dates its policy: its day is named to every visitor. */
  readonly time_zone: string;
  /** What changes, word by word. */
  readonly url: string;
}

/** The same in one language: the sentence with its date in it. */
export type SpokenChange = Pick<ComingChange, "policy_version" | "url"> & { readonly text: string };

/** What `/c/{site}.json?language=` answers, and what is compiled: a configuration for one language. */
export type Spoken = Omit<Configuration, "coming_change" | "changed"> & {
  readonly coming_change?: SpokenChange;
  readonly changed?: SpokenChange;
  /** Written from right to left. */
  readonly rtl?: boolean;
  /** Of `notice.theme` and `position`. */
  readonly looks?: string;
  /** What the languages call themselves, where there are several to pick from. */
  readonly names?: readonly string[];
};

/** The body of `GET /c/{site}.json`. */
export interface Configuration {
  readonly site: string;
  readonly policy_version: string;
  readonly notice: Notice;
  /** Lower-case hex. */
  readonly notice_hash: string;
  readonly coming_change?: ComingChange;
  /** Why those who chose under an earlier `notice.revision` are asked again. */
  readonly changed?: ComingChange;
}

/**
 * The part of a configuration that the first layer needs. It alone is compiled into the script; the
 * second layer asks for the whole when it is opened.
 */
export interface FirstConfiguration extends Omit<Spoken, "notice" | "site"> {
  readonly notice: Pick<Notice, (typeof FIRST_FIELDS)[number]> & {
    readonly links: Pick<Notice["links"], "policy">;
    readonly services: readonly FirstService[];
    readonly texts: Readonly<Record<string, FirstTexts>>;
    readonly drafts?: Notice["drafts"];
  };
}

const FIRST_FIELDS = [
  "revision",
  "consent_days",
  "reopen",
  "gpc",
  "consent_mode",
  "on_withdrawal",
  "languages",
  "cookie_domain",
] as const satisfies readonly (keyof Notice)[];

const FIRST_TEXTS = [
  "heading",
  "body",
  "accept",
  "reject",
  "choose",
  "policy",
  "reopen",
  "gpc",
  "coming_change_link",
  "unavailable",
] as const satisfies readonly (keyof FirstTexts)[];

/** Whose scripts and frames to hold. */
export type FirstService = Pick<Service, "id" | "category" | "hosts">;

/** Stands once in the compiled banner where the configuration goes. */
export const CONFIGURATION_PLACEHOLDER = "__C360_CONFIGURATION__";

/**
 * The bytes of `/c/{site}.js` in one language, or, with `null`, of `/c/{site}/{hash}.js`, which
 * fetches `/c/{site}.json` by itself.
 * @param code the compiled banner with its placeholder
 * @param language one of `notice.languages`
 * @throws Error where the notice has no such language
 */
export function insertConfiguration(code: string, configuration: Configuration, language: string): string;
export function insertConfiguration(code: string, configuration: null): string;
export function insertConfiguration(
  code: string,
  configuration: Configuration | null,
  language = "",
): string {
  const json = configuration === null ? "null" : JSON.stringify(firstOf(configuration, language));
  // A function, because `$&` in a site's words must stay words.
  return code.replace(CONFIGURATION_PLACEHOLDER, () => json);
}

/**
 * A configuration whose notice keeps the texts of one language: the answer to `/c/{site}.json?language=`.
 * Its `notice_hash` stays that of the whole.
 * @throws Error where the notice has no such language
 */
export function inLanguage(configuration: Configuration, language: string): Spoken {
  const { notice, coming_change, changed, ...rest } = configuration;
  const texts = textsIn(notice, language);
  const spoken = (change: ComingChange, sentence = ""): SpokenChange => {
    const { policy_version, url, effective_at, time_zone } = change;
    const date = new Date(effective_at).toLocaleDateString(language, {
      dateStyle: "long",
      timeZone: time_zone,
    });
    return { policy_version, url, text: sentence.replace("{date}", () => date) };
  };
  return {
    ...rest,
    ...looksOf(notice),
    ...(isRightToLeft(language) && { rtl: true }),
    ...(notice.languages.length > 1 && { names: notice.languages.map(nameOf) }),
    ...(coming_change && { coming_change: spoken(coming_change, texts.coming_change) }),
    ...(changed && { changed: spoken(changed, texts.changed) }),
    notice: { ...notice, texts: { [language]: texts } },
  };
}

function textsIn({ texts }: Notice, language: string): Texts {
  const found = Object.hasOwn(texts, language) ? texts[language] : undefined;
  if (found === undefined) throw new Error(`the notice has no texts in ${JSON.stringify(language)}`);
  return found;
}

function firstOf(configuration: Configuration, language: string): FirstConfiguration {
  const { notice, site: _, ...rest } = inLanguage(configuration, language);
  const isDraft = (notice.drafts?.[language]?.length ?? 0) > 0;
  return {
    ...rest,
    notice: {
      ...pick(notice, FIRST_FIELDS),
      links: { policy: notice.links.policy },
      services: notice.services
        .map(({ id, category, host, hosts = [] }) => ({
          id,
          category,
          hosts: [...(host === undefined ? [] : [host]), ...hosts],
        }))
        .filter(({ category, hosts }) => category !== "necessary" && hosts.length > 0),
      texts: {
        [language]: {
          ...pick(textsIn(notice, language), FIRST_TEXTS),
          ...(notice.languages.length > 1 && pick(textsIn(notice, language), ["language"])),
          ...(isDraft && pick(textsIn(notice, language), ["draft"])),
        },
      },
      ...(isDraft && { drafts: { [language]: ["*"] } }),
    },
  };
}

/**
 * The site's colours as CSS after ours; custom properties of the page still win. A value that could
 * end its declaration or fetch something is left out, whoever let it in.
 */
function looksOf({ theme, position }: Notice): { looks?: string } {
  const place = position === undefined || position === "start" ? "" : PLACES[position];
  if (theme === undefined) return place === "" ? {} : { looks: place };
  const { light = {}, dark = light, radius_px, font } = theme;
  const rule = (values: Readonly<Record<string, string | undefined>>) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined && !/[;{}<\\@!]|url|image|src/i.test(value))
      .map(([name, value]) => `--${name}:var(--c360-${name},${value});`)
      .join("");
  const colours = ({ on_accent, ...rest }: ThemeColours) => ({
    ...rest,
    "on-accent": on_accent,
    link: rest.accent,
  });
  const both = { radius: radius_px === undefined ? undefined : `${Number(radius_px)}px`, font };
  return {
    looks: `:host{${rule({ ...colours(light), ...both })}}@media(prefers-color-scheme:dark){:host{${rule(colours(dark))}}}${place}`,
  };
}

/** Beside the card's place at the start; a narrow screen has one place only. */
const PLACES = {
  end: "@media(min-width:481px){.card{inset-inline:auto 16px}}",
  bottom: "@media(min-width:481px){.card{inset-inline:16px;width:auto}}",
} as const;

/** The named fields, without those that are not there. */
function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  ) as Pick<T, K>;
}
