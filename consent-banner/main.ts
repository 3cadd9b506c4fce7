import { publishApi } from "./api.ts";
import { actionOf, type Choice, categoriesOf, grantsAny, nextIdentity } from "./choice.ts";
import { CATEGORIES, type Categories, type Category, type FirstConfiguration } from "./configuration.ts";
import { encodeChoice } from "./cookie-value.ts";
import { createDialog, type DialogContext, KIT, type Shown, type State } from "./dialog.ts";
import { styleSheet } from "./element.ts";
import css from "./first-layer.css?inline";
import { createGate, type HeldFrames } from "./gate.ts";
import { createLedgerQueue, UNSENT } from "./ledger-queue.ts";
import { aftercare, load, published, request, tag } from "./network.ts";
import { tellConsentMode } from "./signals.ts";
import { attempt, readChoice, writeChoice } from "./store.ts";

declare const __C360_CONFIGURATION__: FirstConfiguration | null;

const NOTHING = categoriesOf(() => false);

/** Everything on one page, from its configuration on. */
function begin(configuration: FirstConfiguration): void {
  const { host, site } = tag;
  const { notice, coming_change, changed } = configuration;
  const { revision, gpc: onSignal, consent_mode } = notice;
  const [[compiled, texts] = []] = Object.entries(notice.texts);
  if (!compiled || !texts) return;

  const gpc = navigator.globalPrivacyControl === true;
  const stored = readChoice();
  const state: State = {
    current: stored?.revision === revision ? stored : null,
    // Survives a new revision, so that the same visitor counts on.
    identity: stored?.identity ?? null,
    delivery: null,
    notCleared: [],
  };
  let picked = stored?.language ?? "";
  /** What the page follows: from a click on, before cookie and ledger. */
  let granted = state.current?.categories ?? NOTHING;
  const allows = (category: string) =>
    category === "necessary" || CATEGORIES.some((id) => id === category && granted[id]);
  /** Keeps the choice that the page follows already, once. */
  let record = () => {};

  const get = () => {
    record();
    const { current, identity, delivery } = state;
    return {
      decided: !!current,
      categories: { necessary: true, ...granted },
      consent_id: identity?.id ?? null,
      date: current?.date ?? null,
      revision,
      gpc,
      recorded: !!current && (delivery?.state ?? "recorded") === "recorded",
    };
  };

  const { announce, begin: runCommands } = publishApi({
    site,
    host,
    get,
    open: (layer) => dialog.open(layer),
  });

  const queue = createLedgerQueue(`${host}/api/v1/consent/${site}`, (news) => {
    state.delivery = news;
    dialog.refresh();
    if (news.state === "recorded") announce("recorded", get());
  });

  const keep = (choice: Choice) => {
    state.current = choice;
    writeChoice(choice, notice.consent_days, notice.cookie_domain);
  };

  /** Deletes what the services of these purposes had left; without network as soon as there is one. */
  const clear = async (withdrawn: readonly Category[]) => {
    try {
      state.notCleared = await (await aftercare()).clear(context, withdrawn);
    } catch {
      addEventListener("online", () => clear(withdrawn), { once: true });
      return;
    }
    dialog.refresh();
    if (state.notCleared[0]) announce("not_cleared", { names: state.notCleared });
    if (notice.on_withdrawal === "reload") location.reload();
  };

  /** Makes the page follow a choice: first what the visitor waits for, all within the task of the click. */
  const follow = (wanted: Categories) => {
    const before = granted;
    granted = wanted;
    if (consent_mode) tellConsentMode("update", granted);
    applyGate();
    record();
    dialog.close();
    announce("consent", get());
    announce("change", get());
    const withdrawn = CATEGORIES.filter((id) => before[id] && !granted[id]);
    if (withdrawn[0]) clear(withdrawn);
  };

  const choose = (button: "accept" | "reject" | "save" | "gpc", wanted: Categories, shown: Shown) => {
    const before = granted;
    record = () => {
      record = () => {};
      // Another tab may have counted on meanwhile.
      const known = (readChoice() ?? state).identity;
      const { id, secret, choice } = nextIdentity(known);
      // Who never agreed to anything is not recognised again.
      state.identity = known || grantsAny(wanted) ? { id, secret, choice } : null;
      state.delivery = { state: "waiting" };
      keep({
        categories: wanted,
        revision,
        date: new Date().toISOString().slice(0, 10),
        despiteSignal: gpc && button !== "gpc",
        language: picked,
        seen: coming_change?.policy_version ?? "",
        identity: state.identity,
      });
      queue.send({
        consent_id: id,
        secret,
        action: actionOf(button, wanted, before),
        categories: wanted,
        choice,
        policy_version: shown.policy_version,
        notice_hash: shown.notice_hash,
        language: context.speech.language,
      });
    };
    follow(wanted);
  };

  /** Another tab, or this page while it slept, may be behind what the visitor chose last. */
  const catchUp = () => {
    const kept = readChoice();
    const { current } = state;
    if (kept?.revision !== revision || (current && encodeChoice(current) === encodeChoice(kept))) return;
    Object.assign(state, { current: kept, identity: kept.identity, delivery: null });
    follow(kept.categories);
  };

  const context: DialogContext = {
    configuration,
    site,
    host,
    sheets: [styleSheet(css), styleSheet(configuration.looks ?? "")],
    gpc,
    speech: {
      language: compiled,
      texts,
      shown: configuration,
      draft: !!notice.drafts?.[compiled],
      coming_change,
      changed,
      rtl: configuration.rtl,
    },
    kit: KIT,
    state,
    again: !!stored && !state.current,
    pick: (language) => {
      picked = language;
      if (state.current) keep({ ...state.current, language });
    },
    published,
    request,
    load,
    choose,
    announce,
  };
  const dialog = createDialog(context);

  let cover: Promise<(held: HeldFrames) => void> | undefined;
  const applyGate = createGate(notice.services, allows, (held) => {
    dialog.stay();
    if (held.size)
      cover ??= aftercare().then(({ createCovers }) =>
        createCovers(context, () => dialog.open("choices"), applyGate),
      );
    cover?.then(
      (match) => match(held),
      // The frames stay empty; the next change asks again.
      () => {
        cover = undefined;
      },
    );
  });

  if (consent_mode) tellConsentMode("default", NOTHING);
  if (queue.resume()) state.delivery = { state: "waiting" };
  const { current } = state;
  const { analytics, marketing } = granted;
  if (gpc && current && !current.despiteSignal && (analytics || marketing)) {
    dialog.rest();
    choose("gpc", { ...current.categories, analytics: false, marketing: false }, configuration);
  } else {
    if (current || (gpc && onSignal === "refuse") || yields(dialog.close)) dialog.rest();
    else dialog.ask();
    applyGate();
    if (current) {
      if (consent_mode) tellConsentMode("update", granted);
      announce("consent", get());
      if (coming_change && current.seen !== coming_change.policy_version)
        aftercare().then(({ addNote }) =>
          addNote(dialog.root, context, coming_change, () => {
            if (state.current) keep({ ...state.current, seen: coming_change.policy_version });
          }),
        );
    }
  }
  addEventListener("storage", ({ key }) => (key === UNSENT || key === null) && catchUp());
  addEventListener("pageshow", ({ persisted }) => persisted && catchUp());
  document.addEventListener("visibilitychange", () => document.hidden || catchUp());
  runCommands();
}

/**
 * In a frame of a page that asks: one question is enough, and its answer is heard here.
 * @param yieldToOuter where the page around begins to ask only later
 */
function yields(yieldToOuter: () => void): boolean {
  // A page of another origin cannot ask for this one, and refuses.
  return !!attempt(() => {
    if (parent === window) return false;
    parent.addEventListener(BEGUN, yieldToOuter);
    return "c360" in parent;
  });
}

/** Told to the frames of a page: its banner has begun. */
const BEGUN = "c360";

/** The tag itself: one banner a page, whatever the number of tags. */
async function start(): Promise<void> {
  // A module has no `currentScript`.
  const script = document.currentScript ?? document.querySelector('script[type=module][src*="/c/"]');
  const [, host, site] = (script instanceof HTMLScriptElement && /^(.*)\/c\/([\w-]+)/.exec(script.src)) || [];
  const known = window.c360;
  if (!host || !site || (known && "site" in known)) return;
  Object.assign(tag, { host, site });
  window.c360 = Object.assign(known ?? [], { site });
  dispatchEvent(new Event(BEGUN));
  begin(__C360_CONFIGURATION__ ?? (await published(navigator.languages)));
}

start();
