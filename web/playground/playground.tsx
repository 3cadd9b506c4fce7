import { createMemo, createResource, createSignal, For, Match, Show, Switch } from "solid-js";
import { render } from "solid-js/web";
import type { Configuration, Notice } from "../../consent-banner/configuration.ts";
import { demoNotice } from "../../consent-banner/demo-notice.ts";
import { addLanguage, BANNER_LANGUAGES } from "./add-language.ts";
import { Findings } from "./findings.tsx";
import { judge } from "./judge.ts";
import { MODES, type Mode } from "./modes.ts";
import "./playground.css";
import { Preview } from "./preview.tsx";
import { asJson, type Json, replaceAt, type Schema } from "./schema.ts";
import { Setting } from "./settings.tsx";
import { Tag } from "./tag.tsx";

/** Where the settings are described, and what the page's answer says of the banner's code. */
interface Facts {
  readonly schema: Schema;
  /** Names the code: `/c/{site}/{code}.js`. */
  readonly code: string;
  readonly integrity: string;
}

const SCHEMA_URL = "/schemas/site.json";
const WIDTHS = [320, 360, 768, 1280] as const;
const EXAMPLE = "https://www.example.com";

async function askFacts(): Promise<Facts> {
  const [schema, banner] = await Promise.all(
    [SCHEMA_URL, "/playground/banner.json"].map(async (path) => {
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
  const [document, setDocument] = createSignal<Json>(asJson({ origins: [EXAMPLE], notice: demoNotice }));
  const [language, setLanguage] = createSignal(demoNotice.languages[0] ?? "en");
  const [mode, setMode] = createSignal<Mode>("light");
  const [width, setWidth] = createSignal<number | null>(null);
  const [coming, setComing] = createSignal(false);

  const judged = createMemo(() => judge(document()));
  /** What was wrong a moment ago does not take the last good banner away. */
  const notice = createMemo<Notice>((before) => judged().notice ?? before, demoNotice);
  const shown = createMemo(() => {
    const { languages } = notice();
    return languages.includes(language()) ? language() : (languages[0] ?? "en");
  });
  /** In the settings and in the preview at once. */
  const add = (tag: string) => {
    setDocument(addLanguage(document(), tag));
    setLanguage(tag);
  };
  const configuration = (): Configuration => ({
    site: "playground",
    policy_version: "2025-10-26",
    notice: notice(),
    notice_hash: "0".repeat(64),
    ...(coming() && { coming_change: COMING }),
  });

  return (
    <>
      <Views
        languages={notice().languages}
        language={shown()}
        mode={mode()}
        onLanguage={setLanguage}
        onMoreLanguage={add}
        onMode={setMode}
        onWidth={setWidth}
        onComing={setComing}
      />
      <div class="bench">
        <section class="settings" aria-label="Settings">
          <Setting
            schema={props.facts.schema}
            root={props.facts.schema}
            name="Settings"
            path={[]}
            value={document()}
            required
            onChange={(path, value) => setDocument(replaceAt(document(), path, value))}
          />
        </section>
        <Preview
          configuration={configuration()}
          language={shown()}
          mode={mode()}
          width={width()}
          code={props.facts.code}
          integrity={props.facts.integrity}
        />
      </div>
      <Findings findings={judged().findings} stale={judged().notice === null} />
      <Tag
        document={document()}
        onDocument={setDocument}
        code={props.facts.code}
        integrity={props.facts.integrity}
      />
    </>
  );
}

interface ViewsProps {
  readonly languages: readonly string[];
  readonly language: string;
  readonly mode: Mode;
  onLanguage(tag: string): void;
  /** One that the settings do not have yet. */
  onMoreLanguage(tag: string): void;
  onMode(mode: Mode): void;
  onWidth(pixels: number | null): void;
  onComing(coming: boolean): void;
}

/** How the page in the preview is shown, which is no setting of the site. */
function Views(props: ViewsProps) {
  return (
    <fieldset class="views" aria-label="How it is shown">
      <label>
        Language{" "}
        <select onChange={(event) => props.onLanguage(event.currentTarget.value)}>
          <For each={props.languages}>
            {(tag) => (
              <option value={tag} selected={tag === props.language}>
                {nameOf(tag)}
              </option>
            )}
          </For>
        </select>
      </label>
      <MoreLanguages languages={props.languages} onAdd={props.onMoreLanguage} />
      <label>
        Width{" "}
        <select
          onChange={({ currentTarget: { value } }) => props.onWidth(value === "" ? null : Number(value))}
        >
          <option value="">all there is</option>
          <For each={WIDTHS}>{(pixels) => <option value={pixels}>{pixels} px</option>}</For>
        </select>
      </label>
      <label>
        Colours{" "}
        <select
          onChange={({ currentTarget: { value } }) =>
            props.onMode(MODES.find((one) => one === value) ?? "light")
          }
        >
          <For each={MODES}>{(one) => <option value={one}>{MODE_WORDS[one]}</option>}</For>
        </select>
      </label>
      <label>
        <input type="checkbox" onChange={(event) => props.onComing(event.currentTarget.checked)} /> A policy
        change is coming
      </label>
    </fieldset>
  );
}

/** The banner's own languages that the settings do not have: one is chosen, then added. */
function MoreLanguages(props: { readonly languages: readonly string[]; onAdd(tag: string): void }) {
  const others = () => BANNER_LANGUAGES.filter(({ tag }) => !props.languages.includes(tag));
  const [said, setSaid] = createSignal("");
  const add = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const tag = new FormData(event.currentTarget).get("tag");
    if (typeof tag !== "string") return;
    props.onAdd(tag);
    setSaid(`${nameOf(tag)} is added: drafted by machine, to be read by somebody who speaks it.`);
  };
  return (
    <form class="more-languages" onSubmit={add}>
      <Show when={others().length > 0}>
        <label>
          Another language{" "}
          <select name="tag">
            <For each={others()}>
              {({ tag, name }) => (
                <option value={tag} lang={tag}>
                  {name}
                </option>
              )}
            </For>
          </select>
        </label>{" "}
        <button type="submit">Add it</button>
      </Show>{" "}
      <span role="status">{said()}</span>
    </form>
  );
}

const nameOf = (language: string): string =>
  BANNER_LANGUAGES.find(({ tag }) => tag === language)?.name ?? language;

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

const main = document.getElementById("playground");
if (main === null) throw new Error("the page has no #playground");
render(() => <Playground />, main);
