import {
  actionOf,
  type Choice,
  grantsAny,
  nextIdentity,
  randomToken,
} from "../../../consent-banner/choice.ts";
import type { Configuration, Notice } from "../../../consent-banner/configuration.ts";
import { encodeChoice } from "../../../consent-banner/cookie-value.ts";
import { chooseLanguage } from "../../../consent-banner/language.ts";
import type { AppContext } from "../../http/app-env.ts";
import { notFound, Problem } from "../../http/problem.ts";
import type { Categories } from "../choice.ts";
import { countryOf, hearsSignal } from "../circumstances.ts";
import { secondsToNextDay } from "../floods/budget.ts";
import { giveConsent } from "../give-consent.ts";
import { type ConsentHistory, consentHistory } from "../log/consent-history.ts";
import { readPublished } from "../notices/published.ts";
import { readSite, type Site } from "../queries.ts";
import { byOwnHost } from "../same-origin.ts";
import type { ReachedSite } from "../site-origin.ts";
import { readOrigins, siteWithOrigin } from "../sites/queries.ts";
import { wishesOf } from "../tag/tag.ts";
import { cookieIn, setCookie, visitorIn } from "./consent-cookie.ts";
import { type FormPage, formPage } from "./page.ts";
import { type Key, open, seal } from "./seal.ts";

/** How long a page may stay open before its form is refused. */
const KEY_LIVES_MS = 86_400_000;
const NONE: Categories = { preferences: false, analytics: false, marketing: false };

type FormStatus = NonNullable<ConstructorParameters<typeof Problem>[0]>;
type Visitor = Pick<Choice, "identity" | "categories">;
const NOBODY: Visitor = { identity: null, categories: NONE };

/** The form as it is opened: empty, or with what the visitor's cookie says under the same-origin option. */
export async function openForm(c: AppContext, language: string | undefined): Promise<Response> {
  const { site, configuration } = await read(c);
  const cookie = byOwnHost(c) === undefined ? null : cookieIn(c.req.header("cookie"));
  const visitor = (cookie === null ? null : visitorIn(cookie)) ?? NOBODY;
  const { identity } = visitor;
  const history = identity === null ? null : await ownHistory(c, site, identity.id, identity.secret);
  return answer(c, configuration, visitor, { history, language });
}

/** The fields of the form, as they came. */
export interface Answered {
  readonly key: string;
  readonly action: "accept" | "reject" | "save";
  readonly categories: Categories;
}

/** Records a choice made without script, with the same effect on the log as one made in the banner. */
export async function answerForm(
  c: AppContext,
  { key: sealed, action, categories }: Answered,
): Promise<Response> {
  const { site, configuration } = await read(c);
  const now = Date.now();
  const key = await open(c.get("settings").authSecret, sealed, site.site, now);
  if (key === null) {
    return answer(c, configuration, NOBODY, {
      status: 422,
      alert: "expired",
    });
  }
  const wanted =
    action === "save"
      ? categories
      : { preferences: action === "accept", analytics: action === "accept", marketing: action === "accept" };
  const before = key.granted ? { ...NONE, preferences: true } : NONE;
  const body = {
    consent_id: key.id,
    secret: key.secret,
    action: actionOf(action, wanted, before),
    categories: wanted,
    choice: key.choice,
    policy_version: key.policy_version,
    notice_hash: key.notice_hash,
    language: key.language,
  };
  const signal = hearsSignal(c);
  let given: Awaited<ReturnType<typeof giveConsent>>;
  try {
    given = await giveConsent(c.env, site, body, {
      idempotencyKey: key.idempotency_key,
      signal,
      country: countryOf(c),
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.details.status !== 429) throw error;
    // A challenge is work for a script, which this page does without.
    const identity = key.known ? { id: key.id, secret: key.secret, choice: key.choice - 1 } : null;
    c.header("retry-after", String(secondsToNextDay(now)));
    const more = { status: error.details.status, alert: "busy", language: key.language } as const;
    return answer(c, configuration, { identity, categories: before }, more);
  }
  if (given === null) throw notFound("site");
  // As in the banner: who never agreed to anything is not recognised again.
  const known = key.known || grantsAny(wanted);
  const identity = { id: key.id, secret: key.secret, choice: key.choice };
  const visitor = { identity: known ? identity : null, categories: wanted };
  if (byOwnHost(c) !== undefined) {
    c.header(
      "set-cookie",
      cookieFor(c, configuration.notice, {
        ...visitor,
        revision: configuration.notice.revision,
        date: given.receipt.record.at.slice(0, 10),
        despiteSignal: signal,
        language: "",
        seen: "",
      }),
    );
  }
  const recorded = {
    ...given.receipt,
    id: key.id,
    secret: known && byOwnHost(c) === undefined ? key.secret : null,
  };
  return answer(c, configuration, visitor, { recorded, language: key.language });
}

/** The form with the records of whoever holds this id and its secret. */
export async function showHistory(
  c: AppContext,
  { consent_id: id, secret, language }: { consent_id: string; secret: string; language: string },
): Promise<Response> {
  const { site, configuration } = await read(c);
  try {
    const history = await consentHistory(c.get("database"), site, id, `Consent ${secret}`, Date.now());
    const { record, categories } = history.current;
    const visitor = { identity: { id, secret, choice: record.choice }, categories };
    return await answer(c, configuration, visitor, { history, language });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { status } = error.details;
    if (status !== 401 && status !== 403 && status !== 410) throw error;
    return answer(c, configuration, NOBODY, {
      status,
      alert: status === 410 ? "erased" : "unknown",
      language,
    });
  }
}

function cookieFor(c: AppContext, notice: Notice, choice: Choice): string {
  return setCookie(encodeChoice(choice), {
    days: notice.consent_days,
    secure: byOwnHost(c)?.secure ?? true,
    domain: notice.cookie_domain,
  });
}

/** @throws Problem 404 for a site without notice or origin */
async function read(c: AppContext): Promise<{ site: ReachedSite; configuration: Configuration }> {
  const id = c.req.param("site") ?? "";
  const [found] = await c.get("database").read([siteWithOrigin(id)]);
  const site = readSite(found);
  const [origin] = readOrigins(found);
  if (site === null || origin === undefined) throw notFound("site");
  const { configuration } = await readPublished(c.get("database"), c.get("settings"), id, Date.now());
  return { site: { ...site, origin }, configuration };
}

async function ownHistory(
  c: AppContext,
  site: Site,
  id: string,
  secret: string,
): Promise<ConsentHistory | null> {
  try {
    return await consentHistory(c.get("database"), site, id, `Consent ${secret}`, Date.now());
  } catch (error) {
    // A cookie whose choice never arrived, or was erased: there is nothing to show.
    if (error instanceof Problem) return null;
    throw error;
  }
}

async function answer(
  c: AppContext,
  configuration: Configuration,
  visitor: Visitor,
  more: Partial<Pick<FormPage, "recorded" | "history" | "alert">> & {
    readonly language?: string | undefined;
    readonly status?: FormStatus | undefined;
  },
): Promise<Response> {
  const { notice, site, policy_version, notice_hash } = configuration;
  const wishes = [
    ...(more.language === undefined ? [] : [more.language]),
    ...wishesOf(c.req.header("accept-language")),
  ];
  const language = chooseLanguage(wishes, notice.languages);
  const next = nextIdentity(visitor.identity);
  const key: Key = {
    site,
    id: next.id,
    secret: next.secret,
    choice: next.choice,
    known: visitor.identity !== null,
    granted: grantsAny(visitor.categories),
    idempotency_key: randomToken(24),
    policy_version,
    notice_hash,
    language,
    until: Date.now() + KEY_LIVES_MS,
  };
  const html = await formPage({
    configuration,
    language,
    base: byOwnHost(c)?.base ?? "",
    key: await seal(c.get("settings").authSecret, key),
    categories: visitor.categories,
    recorded: more.recorded ?? null,
    history: more.history ?? null,
    alert: more.alert ?? null,
  });
  return c.html(html, more.status ?? 200, { "cache-control": "private, no-store" });
}
