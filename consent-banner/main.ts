import { publishApi } from "./api.ts";
import { actionOf, type Choice, categoriesOf, grantsAny, nextIdentity } from "./choice.ts";
import { CATEGORIES, type Categories, type FirstConfiguration } from "./configuration.ts";
import { createDialog, type Shown } from "./dialog.ts";
import { styleSheet } from "./element.ts";
import css from "./first-layer.css?inline";
import { forget } from "./forget.ts";
import { createGate } from "./gate.ts";
import { chooseLanguage } from "./language.ts";
import { createLedgerQueue, type Delivery } from "./ledger-queue.ts";
import { createPlacehold } from "./placeholder.ts";
import { hearsGpc, tellConsentMode } from "./signals.ts";
import { readChoice, writeChoice } from "./store.ts";

declare const __C360_CONFIGURATION__: FirstConfiguration | null;

const NOTHING = categoriesOf(() => false);

/** Everything on one page, from its configuration on. */
function begin(host: string, configuration: FirstConfiguration): void {
  const { site, notice } = configuration;
  const language = chooseLanguage(
    [document.documentElement.lang, ...navigator.languages],
    Object.keys(notice.texts),
  );
  const texts = notice.texts[language];
  if (!texts) return;

  const gpc = hearsGpc();
  const stored = readChoice();
  /** Survives a new revision, so that the same visitor counts on. */
  let identity = stored?.identity ?? null;
  let current: Choice | null = stored?.revision === notice.revision ? stored : null;
  let delivery: Delivery | null = null;

  const allowed = (): Categories => current?.categories ?? NOTHING;
  const get = () => ({
    decided: current !== null,
    categories: { necessary: true, ...allowed() },
    consent_id: identity?.id ?? null,
    date: current?.date ?? null,
    revision: notice.revision,
    gpc,
    recorded: current !== null && (delivery === null || delivery.state === "recorded"),
  });

  const { announce, begin: runCommands } = publishApi({
    site,
    host,
    get,
    holds: (state) => (state === "recorded" ? get().recorded : current !== null),
    open: (layer) => dialog.open(layer),
  });

  const queue = createLedgerQueue(`${host}/api/v1/consent/${site}`, (news) => {
    delivery = news;
    dialog.refresh();
    if (news.state === "recorded") announce("recorded", get());
  });

  const choose = (
    button: "accept" | "reject" | "save" | "gpc",
    wanted: Categories,
    { policy_version, notice_hash }: Shown = configuration,
  ) => {
    const before = allowed();
    const next = nextIdentity(identity);
    // Who never agreed to anything is not recognised again.
    if (identity || grantsAny(wanted)) identity = next;
    current = {
      categories: wanted,
      revision: notice.revision,
      date: new Date().toISOString().slice(0, 10),
      despiteSignal: gpc && button !== "gpc",
      identity,
    };
    writeChoice(current, notice.consent_days);
    applyGate();
    if (notice.consent_mode) tellConsentMode("update", wanted);
    dialog.close();
    delivery = { state: "waiting" };
    queue.send({
      consent_id: next.id,
      secret: next.secret,
      action: actionOf(button, wanted, before),
      categories: wanted,
      choice: next.choice,
      policy_version,
      notice_hash,
      language,
    });
    const withdrawn = CATEGORIES.filter((id) => before[id] && !wanted[id]);
    forget(notice.services, withdrawn);
    announce("consent", get());
    announce("change", get());
    if (withdrawn.length && notice.on_withdrawal === "reload") location.reload();
  };

  const sheet = styleSheet(css);
  const dialog = createDialog({
    configuration,
    texts,
    language,
    host,
    sheet,
    gpc,
    chosen: () => current?.categories ?? null,
    identity: () => identity,
    delivery: () => delivery,
    choose,
    announce,
  });
  const applyGate = createGate(
    (category) => category === "necessary" || allowed()[category],
    createPlacehold(texts, notice.services, sheet, () => dialog.open("choices")),
  );

  if (notice.consent_mode) tellConsentMode("default", NOTHING);
  if (queue.resume()) delivery = { state: "waiting" };
  const { analytics, marketing } = allowed();
  if (gpc && current && !current.despiteSignal && (analytics || marketing)) {
    dialog.rest();
    choose("gpc", { ...current.categories, analytics: false, marketing: false });
  } else {
    if (current || (gpc && notice.gpc === "refuse")) dialog.rest();
    else dialog.ask();
    applyGate();
    if (current) {
      if (notice.consent_mode) tellConsentMode("update", current.categories);
      announce("consent", get());
    }
  }
  runCommands();
}

/** The tag itself: one banner a page, whatever the number of tags. */
async function start(): Promise<void> {
  const tag = document.currentScript;
  const [, host, site] = (tag instanceof HTMLScriptElement && /^(.*)\/c\/([\w-]+)/.exec(tag.src)) || [];
  const known = window.c360;
  if (!host || (known && "site" in known)) return;
  window.c360 = Object.assign(known ?? [], { site });
  begin(host, __C360_CONFIGURATION__ ?? (await (await fetch(`${host}/c/${site}.json`)).json()));
}

start();
