import { createMemo, createResource, createSignal, For, Match, Show, Switch } from "solid-js";
import { render } from "solid-js/web";
import type { Configuration, Notice } from "../../consent-banner/configuration.ts";
import { demoNotice } from "../../consent-banner/demo-notice.ts";
import { MODES, type Mode } from "./modes.ts";
import "./playground.css";
import { Preview } from "./preview.tsx";
import { type Json, replaceAt, type Schema } from "./schema.ts";
import { Setting } from "./settings.tsx";
import { Tag } from "./tag.tsx";

/** Where the settings are described, and what the page's answer says of the banner's code. */
interface Facts {
  readonly schema: Schema;
  /** Names the code: `/c/{site}/{code}.js`. */
  readonly code: string;
  readonly integrity: string;
}

const WIDTHS = [320, 360, 768, 1280] as const;

async function askFacts(): Promise<Facts> {
  const [schema, banner] = await Promise.all(
    ["/schemas/notice.json", "/playground/banner.json"].map(async (path) => {
      const answer = await fetch(path);
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
      return answer.json();
    }),
  );
  return { schema, ...banner };
}

function Playground() {
  const [facts, { refetch }] = createResource(askFacts);
  return (
    <Switch fallback={<p role="status">Loading the banner’s settings…</p>}>
      <Match when={facts.error}>
        <div role="alert">
          <p>The settings could not be loaded.</p>
          <button type="button" onClick={refetch}>
            Try again
          </button>
        </div>
      </Match>
      <Match when={facts()}>{(known) => <Bench facts={known()} />}</Match>
    </Switch>
  );
}

/** Settings on one side, the banner on the other, what to take home below. */
function Bench(props: { facts: Facts }) {
  const [notice, setNotice] = createSignal<Notice>(demoNotice);
  const [language, setLanguage] = createSignal(demoNotice.languages[0] ?? "en");
  const [mode, setMode] = createSignal<Mode>("light");
  const [width, setWidth] = createSignal<number | null>(null);
  const [coming, setComing] = createSignal(false);
  const shown = createMemo(() =>
    notice().languages.includes(language()) ? language() : notice().languages[0],
  );

  const change = (path: readonly (string | number)[], value: Json | undefined) =>
    setNotice(asNotice(replaceAt(asJson(notice()), path, value)));
  const configuration = (): Configuration => ({
    site: "playground",
    policy_version: "2025-10-26",
    notice: notice(),
    notice_hash: "0".repeat(64),
    ...(coming() && { coming_change: COMING }),
  });

  return (
    <>
      <fieldset class="views" aria-label="How it is shown">
        <label>
          Language{" "}
          <select onChange={(event) => setLanguage(event.currentTarget.value)}>
            <For each={notice().languages}>
              {(tag) => (
                <option value={tag} selected={tag === shown()}>
                  {tag}
                </option>
              )}
            </For>
          </select>
        </label>
        <label>
          Width{" "}
          <select
            onChange={({ currentTarget }) =>
              setWidth(currentTarget.value === "" ? null : Number(currentTarget.value))
            }
          >
            <option value="">all there is</option>
            <For each={WIDTHS}>{(pixels) => <option value={pixels}>{pixels} px</option>}</For>
          </select>
        </label>
        <label>
          Colours{" "}
          <select
            onChange={(event) => setMode(MODES.find((one) => one === event.currentTarget.value) ?? "light")}
          >
            <For each={MODES}>{(one) => <option value={one}>{MODE_WORDS[one]}</option>}</For>
          </select>
        </label>
        <label>
          <input type="checkbox" onChange={(event) => setComing(event.currentTarget.checked)} /> A policy
          change is coming
        </label>
      </fieldset>
      <div class="bench">
        <section class="settings" aria-label="Settings">
          <Setting
            schema={props.facts.schema}
            root={props.facts.schema}
            name="Settings"
            path={[]}
            value={asJson(notice())}
            required
            onChange={change}
          />
        </section>
        <Show when={shown()}>
          {(tag) => (
            <Preview
              configuration={configuration()}
              language={tag()}
              mode={mode()}
              width={width()}
              code={props.facts.code}
              integrity={props.facts.integrity}
            />
          )}
        </Show>
      </div>
      <Tag notice={notice()} onNotice={setNotice} code={props.facts.code} integrity={props.facts.integrity} />
    </>
  );
}

const MODE_WORDS: Readonly<Record<Mode, string>> = {
  light: "light",
  dark: "dark",
  forced: "forced by the system",
};

const COMING = {
  policy_version: "2026-11-23",
  effective_at: "2027-01-15T00:00:00.000Z",
  time_zone: "Asia/Kolkata",
  url: "/privacy",
};

/** The one place where a form's JSON is taken for a notice: the preview shows what it makes of it. */
const asNotice = (value: Json): Notice => value as unknown as Notice;
const asJson = (notice: Notice): Json => notice as unknown as Json;

const main = document.getElementById("playground");
if (main === null) throw new Error("the page has no #playground");
render(() => <Playground />, main);
