import * as v from "valibot";
import { CATEGORIES, type Notice, type Texts } from "../../../consent-banner/configuration.ts";
import { english } from "../../../consent-banner/languages/en.ts";
import { plainText } from "../../http/fields.ts";
import { isOpaqueColour } from "./contrast.ts";

/**
 * A site's configuration as people edit it: what may be saved. What may be published is narrower
 * (`check-document.ts`). Every limit is far above what a visitor could read.
 */

export const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;
const MAX_SERVICES = 500;
const MAX_LANGUAGES = 60;

function Line(max: number) {
  const length = `must have at most ${max.toLocaleString("en-IN")} characters.`;
  return v.pipe(v.string("must be a string."), v.maxLength(max, length), plainText);
}

function Count(min: number, max: number) {
  const range = `must be a whole number from ${min} to ${max.toLocaleString("en-IN")}.`;
  return v.pipe(v.number(range), v.integer(range), v.minValue(min, range), v.maxValue(max, range));
}

function Listed<const S extends v.GenericSchema>(item: S, max: number) {
  return v.pipe(v.array(item, "must be a list."), v.maxLength(max, `must have at most ${max} entries.`));
}

const Flag = v.boolean("must be true or false.");
const CategoryId = v.picklist(
  ["necessary", ...CATEGORIES],
  `must be one of necessary, ${CATEGORIES.join(", ")}.`,
);
const Id = v.pipe(
  v.string("must be a string."),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 _ -"),
);
const LanguageTag = v.pipe(
  v.string("must be a string."),
  v.maxLength(35, "must be a language tag (BCP 47)."),
  v.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "must be a language tag (BCP 47)."),
);
const Country = v.pipe(
  v.string("must be a string."),
  v.regex(/^[A-Z]{2}$/, "must be a country as ISO 3166-1 alpha-2, as IN."),
);
const Host = v.pipe(
  v.string("must be a string."),
  v.maxLength(255, "must be a host name."),
  v.regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/,
    "must be a host name in lower case, as maps.example.",
  ),
);
/** Links end up in `href`: nothing that runs. */
const Link = v.pipe(
  v.string("must be a string."),
  v.maxLength(2000, "must have at most 2,000 characters."),
  v.check(
    (link) => /^\/(?![/\\])/.test(link) || URL.parse(link)?.protocol === "https:",
    "must begin with / or https://.",
  ),
  plainText,
);
const Origin = v.pipe(
  v.string("must be a string."),
  v.maxLength(300, "must be an origin, as https://www.example.com."),
  v.check(
    isOrigin,
    "must be an origin, as https://www.example.com: no path, no slash at the end, no * in it.",
  ),
);

const Item = v.strictObject({
  name: v.pipe(
    Line(300),
    v.minLength(1, "must not be empty."),
    v.check(
      (name) => !/^\*|\*.|[;=\s]/.test(name),
      "must be a name, or its beginning followed by *; no ; = or spaces.",
    ),
  ),
  kind: v.picklist(
    ["cookie", "local_storage", "session_storage"],
    "must be cookie, local_storage or session_storage.",
  ),
  /** Days; 0 until the browser is closed; publishing asks for it. */
  days: v.exactOptional(Count(0, 36_500)),
});

const Service = v.strictObject({
  id: Id,
  category: CategoryId,
  name: v.pipe(Line(300), v.minLength(1, "must not be empty.")),
  provider: v.pipe(Line(300), v.minLength(1, "must not be empty.")),
  country: Country,
  host: v.exactOptional(Host),
  hosts: v.exactOptional(Listed(Host, 50)),
  policy_url: v.exactOptional(Link),
  items: Listed(Item, 200),
});

type Word = Exclude<keyof Texts, "purposes" | "services">;
const MAY_BE_LEFT_OUT: readonly string[] = ["language", "draft", "changed", "not_cleared"];

const { purposes: _, ...words } = english;
const WORDS = Object.keys({ ...words, ...Object.fromEntries(MAY_BE_LEFT_OUT.map((key) => [key, ""])) });

/** Words that every published language has; the banner's own fill those that a site does not give. */
export const WORDS_NEEDED: readonly string[] = WORDS.filter((key) => !MAY_BE_LEFT_OUT.includes(key));

const PurposeText = v.strictObject({
  title: v.exactOptional(Line(200)),
  text: v.exactOptional(Line(2000)),
  data_items: v.exactOptional(Listed(Line(300), 50)),
});

const word = v.exactOptional(Line(2000));
/** The named boundary: the banner's English has every word, but `Object` forgets the names. */
const wordEntries = Object.fromEntries(WORDS.map((key) => [key, word])) as Record<Word, typeof word>;

const LanguageTexts = v.strictObject({
  ...wordEntries,
  purposes: v.exactOptional(
    v.strictObject({
      necessary: v.exactOptional(PurposeText),
      preferences: v.exactOptional(PurposeText),
      analytics: v.exactOptional(PurposeText),
      marketing: v.exactOptional(PurposeText),
    }),
  ),
  services: v.exactOptional(v.record(Id, Line(2000))),
});

const Colour = v.pipe(
  v.string("must be a string."),
  v.maxLength(100, "must be a colour."),
  v.check(
    isOpaqueColour,
    "must be an opaque colour as #rrggbb, rgb(), hsl() or oklch(): its contrast is checked.",
  ),
);
const Colours = v.strictObject({
  surface: v.exactOptional(Colour),
  text: v.exactOptional(Colour),
  line: v.exactOptional(Colour),
  accent: v.exactOptional(Colour),
  on_accent: v.exactOptional(Colour),
});
const Theme = v.strictObject({
  light: v.exactOptional(Colours),
  dark: v.exactOptional(Colours),
  radius_px: v.exactOptional(Count(0, 40)),
  font: v.exactOptional(
    v.pipe(
      v.string("must be a string."),
      v.maxLength(200, "must have at most 200 characters."),
      v.regex(
        /^[\p{L}\p{N} ,"'_-]+$/u,
        "must be names of font families that the page or the system has: no url(), nothing is loaded.",
      ),
    ),
  ),
});

const Gpc = v.picklist(["refuse", "ask"], "must be refuse or ask.");

export const NoticeDocument = v.strictObject({
  v: v.literal(1, "must be 1."),
  site_name: v.pipe(Line(300), v.minLength(1, "must not be empty.")),
  revision: Count(1, 1_000_000),
  consent_days: Count(1, 395),
  categories: Listed(v.strictObject({ id: CategoryId, retention_days: Count(0, 36_500) }), 4),
  services: Listed(Service, MAX_SERVICES),
  languages: v.pipe(Listed(LanguageTag, MAX_LANGUAGES), v.minLength(1, "must name at least one language.")),
  texts: v.record(LanguageTag, LanguageTexts, "must be texts by language."),
  reopen: v.picklist(["left", "right", "none"], "must be left, right or none."),
  gpc: Gpc,
  consent_mode: Flag,
  on_withdrawal: v.picklist(["stay", "reload"], "must be stay or reload."),
  links: v.strictObject({ policy: Link, rights: Link, board: Link }),
  contact: v.strictObject({ name: Line(300), email: Line(300) }),
  drafts: v.exactOptional(v.record(LanguageTag, Listed(Line(200), 2000))),
  theme: v.exactOptional(Theme),
  position: v.exactOptional(v.picklist(["start", "end", "bottom"], "must be start, end or bottom.")),
  cookie_domain: v.exactOptional(Host),
  regions: v.exactOptional(
    Listed(
      v.strictObject({
        countries: v.pipe(Listed(Country, 250), v.minLength(1, "must name at least one country.")),
        gpc: Gpc,
      }),
      50,
    ),
  ),
});
export type NoticeDocument = Frozen<v.InferOutput<typeof NoticeDocument>>;

export const SiteDocument = v.strictObject({
  /** For editors. */
  $schema: v.exactOptional(Line(500)),
  origins: Listed(Origin, 100),
  /** The last part of the version's permanent URL; the version in force where it is left out. */
  policy_version: v.exactOptional(
    v.pipe(
      v.string("must be a string."),
      v.regex(/^[A-Za-z0-9._-]{1,64}$/, "must be the last part of a policy version's address."),
    ),
  ),
  notice: NoticeDocument,
});
export type SiteDocument = Frozen<v.InferOutput<typeof SiteDocument>>;

/** Read only, all the way down. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** Everything that may be published may be saved: the schema knows every field of the notice. */
export function documentOf(notice: Notice): NoticeDocument {
  return notice;
}

/** Scheme, host and port as a browser writes them. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    ["http:", "https:"].includes(url.protocol) &&
    /^[a-z0-9.:[\]-]+$/.test(url.host) &&
    url.origin === text
  );
}
