import { CATEGORIES, type Categories, type Category } from "./configuration.ts";

export type Action = "accept_all" | "reject_all" | "custom" | "withdraw" | "gpc";

/** Who chose, as the ledger knows it; only the visitor's browser has the secret. */
export interface Identity {
  readonly id: string;
  readonly secret: string;
  /** Counts this visitor's choices up from 1. */
  readonly choice: number;
}

/** A choice as the browser remembers it. */
export interface Choice {
  readonly categories: Categories;
  readonly revision: number;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Made after "your browser asks us not to": overrides Global Privacy Control. */
  readonly despiteSignal: boolean;
  /** What the visitor picked in the language menu; empty where nothing was. */
  readonly language: string;
  /** The coming policy version of which the visitor was told and closed the line; empty for none. */
  readonly seen: string;
  /** Null for who only ever refused: nothing then tells one visitor from another. */
  readonly identity: Identity | null;
}

/** What `POST /api/v1/consent/{site}` is told. */
export interface ConsentBody {
  readonly consent_id: string;
  readonly secret: string;
  readonly action: Action;
  readonly categories: Categories;
  readonly choice: number;
  readonly policy_version: string;
  readonly notice_hash: string;
  readonly language: string;
}

/** As JSON, also on a page that has put something else in the place of `JSON`: no text in it needs an escape. */
export const plainJson = (value: object): string =>
  `{${Object.entries(value).map(
    ([name, field]) =>
      `"${name}":${typeof field === "object" ? plainJson(field) : typeof field === "string" ? `"${field}"` : field}`,
  )}}`;

export function categoriesOf(on: (category: Category) => boolean): Categories {
  const [preferences, analytics, marketing] = CATEGORIES;
  return { preferences: on(preferences), analytics: on(analytics), marketing: on(marketing) };
}

export const grantsAny = (categories: Categories): boolean => CATEGORIES.some((id) => categories[id]);

/** What the ledger calls this act: taking back the last grant is a withdrawal, whichever button did it. */
export function actionOf(
  button: "accept" | "reject" | "save" | "gpc",
  wanted: Categories,
  before: Categories,
): Action {
  if (button === "gpc") return "gpc";
  if (button === "accept") return "accept_all";
  if (!grantsAny(wanted) && grantsAny(before)) return "withdraw";
  return button === "reject" ? "reject_all" : "custom";
}

/** The identity of the next choice: the same visitor counts up, who has none begins anew. */
export function nextIdentity(known: Identity | null): Identity {
  if (known !== null) return { ...known, choice: known.choice + 1 };
  return { id: `cns_${randomToken(16)}`, secret: randomToken(32), choice: 1 };
}

/** Unpadded base64url of `bytes` random bytes. */
export function randomToken(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...random)).replace(
    /[+/=]/g,
    (sign) => ({ "+": "-", "/": "_" })[sign] ?? "",
  );
}
