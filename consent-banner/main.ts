import { publishApi } from "./api.ts";
import { actionOf, type Choice, categoriesOf, grantsAny, nextIdentity } from "./choice.ts";
import { CATEGORIES, type Categories, type Category, type FirstConfiguration } from "./configuration.ts";
import { encodeChoice } from "./cookie-value.ts";
import { createDialog, type DialogContext, KIT, type Shown, type State } from "./dialog.ts";
import { styleSheet } from "./element.ts";
import css from "./first-layer.css?inline";
import { createGate, type HeldFrames } from "./gate.ts";
import { createLedgerQueue, UNSENT } from "./ledger-queue.ts";
import { request, requestConfiguration } from "./network.ts";
import { tellConsentMode } from "./signals.ts";
import { readChoice, writeChoice } from "./store.ts";

declare const __C360_CONFIGURATION__: FirstConfiguration | null;
/** Content hash of what few pages need, the name under which it is served. */
declare const __C360_AFTERCARE__: string;

const NOTHING = categoriesOf(() => false);

/** Everything on one page, from its configuration on. */
function begin(host: string, site: string, configuration: FirstConfiguration): void {
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

  const allowed = (): Categories => state.current?.categories ?? NOTHING;
  const get = () => ({
    decided: !!state.current,
    categories: { necessary: true, ...allowed() },
    consent_id: state.identity?.id ?? null,
    date: state.current?.date ?? null,
    revision,
    gpc,
    recorded: !!state.current && (state.delivery?.state ?? "recorded") === "recorded",
  });

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

  /** Makes the page follow a choice that is already kept. */
  const follow = (before: Categories, send?: () => void) => {
    const now = allowed();
    // First what the visitor and the page wait for; cookie and ledger follow within the same task.
    if (consent_mode) tellConsentMode("update", now);
    applyGate();
    dialog.close();
    send?.();
    announce("consent", get());
    announce("change", get());
    const withdrawn = CATEGORIES.filter((id) => before[id] && !now[id]);
    if (withdrawn[0]) clear(withdrawn);
  };

  const choose = (button: "accept" | "reject" | "save" | "gpc", wanted: Categories, shown: Shown) => {
    const before = allowed();
    // Another tab may have counted on meanwhile.
    const known = (readChoice() ?? state).identity;
    const next = nextIdentity(known);
    // Who never agreed to anything is not recognised again.
    state.identity = known || grantsAny(wanted) ? next : null;
    state.current = {
      categories: wanted,
      revision,
      date: new Date().toISOString().slice(0, 10),
      despiteSignal: gpc && button !== "gpc",
      language: picked,
      seen: coming_change?.policy_version ?? "",
      identity: state.identity,
    };
    state.delivery = { state: "waiting" };
    const { current } = state;
    follow(before, () => {
      keep(current);
      queue.send({
        ...shown,
        identity: next,
        action: actionOf(button, wanted, before),
        categories: wanted,
        language: context.speech.language,
      });
    });
  };

  /** Another tab, or this page while it slept, may be behind what the visitor chose last. */
  const catchUp = () => {
    const kept = readChoice();
    const { current } = state;
    if (kept?.revision !== revision || (current && encodeChoice(current) === encodeChoice(kept))) return;
    const before = allowed();
    Object.assign(state, { current: kept, identity: kept.identity, delivery: null });
    follow(before);
  };

  let failures = 0;
  const load = async <T>(name: string): Promise<T> => {
    try {
      // A module that failed to load stays failed under its address: the fragment makes a new one.
      return await import(/* @vite-ignore */ `${host}/c/${site}/${name}.js#${failures}`);
    } catch (fault) {
      failures++;
      throw fault;
    }
  };
  const aftercare = () => load<typeof import("./aftercare.ts")>(__C360_AFTERCARE__);

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
    published: (wishes) => requestConfiguration(host, site, wishes),
    request,
    load,
    choose,
    announce,
  };
  const dialog = createDialog(context);

  let cover: Promise<(held: HeldFrames) => void> | undefined;
  const applyGate = createGate(
    notice.services,
    (category) => Object.entries(get().categories).some(([id, allowed]) => allowed && id === category),
    (held) => {
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
    },
  );

  if (consent_mode) tellConsentMode("default", NOTHING);
  if (queue.resume()) state.delivery = { state: "waiting" };
  const { current } = state;
  const { analytics, marketing } = allowed();
  if (gpc && current && !current.despiteSignal && (analytics || marketing)) {
    dialog.rest();
    choose("gpc", { ...current.categories, analytics: false, marketing: false }, configuration);
  } else {
    if (current || (gpc && onSignal === "refuse") || isInner()) dialog.rest();
    else dialog.ask();
    applyGate();
    if (current) {
      if (consent_mode) tellConsentMode("update", allowed());
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

/** In a frame of a page that asks already: one question is enough, and its answer is heard here. */
function isInner(): boolean {
  try {
    return parent !== window && "c360" in parent;
  } catch {
    return false;
  }
}

/** The tag itself: one banner a page, whatever the number of tags. */
async function start(): Promise<void> {
  // A module has no `currentScript`.
  const tag = document.currentScript ?? document.querySelector('script[type=module][src*="/c/"]');
  const [, host, site] = (tag instanceof HTMLScriptElement && /^(.*)\/c\/([\w-]+)/.exec(tag.src)) || [];
  const known = window.c360;
  if (!host || !site || (known && "site" in known)) return;
  window.c360 = Object.assign(known ?? [], { site });
  begin(host, site, __C360_CONFIGURATION__ ?? (await requestConfiguration(host, site, navigator.languages)));
}

start();
