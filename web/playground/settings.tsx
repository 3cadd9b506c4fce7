import { createUniqueId, For, Match, Show, Switch } from "solid-js";
import { emptyOf, isList, isObject, type Json, type JsonObject, resolve, type Schema } from "./schema.ts";

type Path = readonly (string | number)[];

interface SettingProps {
  readonly schema: Schema;
  readonly root: Schema;
  readonly name: string;
  readonly path: Path;
  readonly value: Json | undefined;
  readonly required: boolean;
  /** `undefined` removes an optional setting or an item of a list. */
  onChange(path: Path, value: Json | undefined): void;
}

/** The control for one setting, whatever its schema: a field, a choice, a list or a group of settings. */
export function Setting(props: SettingProps) {
  const schema = () => resolve(props.schema, props.root);
  return (
    <Switch fallback={<Text {...props} />}>
      <Match when={schema().const !== undefined}>{null}</Match>
      <Match when={schema().enum}>{(choices) => <Choice {...props} choices={choices()} />}</Match>
      <Match when={schema().type === "boolean"}>
        <YesNo {...props} />
      </Match>
      <Match when={schema().type === "integer" || schema().type === "number"}>
        <Amount {...props} schema={schema()} />
      </Match>
      <Match when={schema().type === "array"}>
        <List {...props} schema={schema()} />
      </Match>
      <Match when={schema().type === "object"}>
        <Group {...props} schema={schema()} />
      </Match>
    </Switch>
  );
}

function Label(props: { name: string; schema: Schema; for: string }) {
  return (
    <label for={props.for}>
      {wordsOf(props.name)}
      <Show when={props.schema.description}>
        <small>{props.schema.description}</small>
      </Show>
    </label>
  );
}

function Text(props: SettingProps) {
  const id = createUniqueId();
  const text = () => (typeof props.value === "string" ? props.value : "");
  const change = (value: string) =>
    props.onChange(props.path, value === "" && !props.required ? undefined : value);
  return (
    <div class="setting">
      <Label name={props.name} schema={props.schema} for={id} />
      <Show
        when={text().length > 48}
        fallback={<input id={id} value={text()} onChange={(event) => change(event.currentTarget.value)} />}
      >
        <textarea id={id} rows={3} value={text()} onChange={(event) => change(event.currentTarget.value)} />
      </Show>
    </div>
  );
}

function Amount(props: SettingProps) {
  const id = createUniqueId();
  return (
    <div class="setting">
      <Label name={props.name} schema={props.schema} for={id} />
      <input
        id={id}
        type="number"
        min={props.schema.minimum}
        max={props.schema.maximum}
        value={typeof props.value === "number" ? props.value : ""}
        onChange={({ currentTarget }) => {
          const amount = currentTarget.valueAsNumber;
          if (Number.isFinite(amount)) props.onChange(props.path, amount);
          else if (!props.required) props.onChange(props.path, undefined);
        }}
      />
    </div>
  );
}

function YesNo(props: SettingProps) {
  const id = createUniqueId();
  return (
    <div class="setting yes-no">
      <input
        id={id}
        type="checkbox"
        checked={props.value === true}
        onChange={(event) => props.onChange(props.path, event.currentTarget.checked)}
      />
      <Label name={props.name} schema={props.schema} for={id} />
    </div>
  );
}

function Choice(props: SettingProps & { readonly choices: readonly unknown[] }) {
  const id = createUniqueId();
  return (
    <div class="setting">
      <Label name={props.name} schema={props.schema} for={id} />
      <select
        id={id}
        onChange={({ currentTarget }) =>
          props.onChange(props.path, currentTarget.value === "" ? undefined : currentTarget.value)
        }
      >
        <Show when={!props.required}>
          <option value="" selected={props.value === undefined}>
            as usual
          </option>
        </Show>
        <For each={props.choices}>
          {(choice) => (
            <option value={String(choice)} selected={choice === props.value}>
              {String(choice)}
            </option>
          )}
        </For>
      </select>
    </div>
  );
}

function List(props: SettingProps) {
  const items = () => (isList(props.value) ? props.value : []);
  const itemSchema = () => props.schema.items ?? {};
  return (
    <details class="group">
      <summary>
        {wordsOf(props.name)} <small>{items().length}</small>
      </summary>
      <For each={items()}>
        {(item, at) => (
          <div class="item">
            <Setting
              {...props}
              schema={itemSchema()}
              name={nameOf(item, at())}
              path={[...props.path, at()]}
              value={item}
              required
            />
            <button
              type="button"
              class="remove"
              onClick={() => props.onChange([...props.path, at()], undefined)}
            >
              Remove {nameOf(item, at())}
            </button>
          </div>
        )}
      </For>
      <button
        type="button"
        onClick={() => props.onChange([...props.path, items().length], emptyOf(itemSchema(), props.root))}
      >
        Add to {wordsOf(props.name).toLowerCase()}
      </button>
    </details>
  );
}

function Group(props: SettingProps) {
  const object = (): JsonObject => (isObject(props.value) ? props.value : {});
  /** Named settings, then, in a map, an entry for each key that is there. */
  const entries = (): readonly (readonly [string, Schema])[] => {
    const named = Object.entries(props.schema.properties ?? {}).filter(([name]) => !name.startsWith("$"));
    const { additionalProperties: more } = props.schema;
    if (typeof more !== "object") return named;
    const known = new Set(named.map(([name]) => name));
    return [
      ...named,
      ...Object.keys(object())
        .filter((key) => !known.has(key))
        .map((key) => [key, more] as const),
    ];
  };
  return (
    <details class="group" open={OPEN.has(props.path.join("."))}>
      <summary>{wordsOf(props.name)}</summary>
      <For each={entries().map(([name]) => name)}>
        {(name) => (
          <Setting
            {...props}
            schema={entries().find(([known]) => known === name)?.[1] ?? {}}
            name={name}
            path={[...props.path, name]}
            value={object()[name]}
            required={(props.schema.required ?? []).includes(name)}
          />
        )}
      </For>
    </details>
  );
}

/** What is open from the start: the document and the notice in it. */
const OPEN: ReadonlySet<string> = new Set(["", "notice"]);

/** `retention_days` as people read it. */
function wordsOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What tells an item of a list from its neighbours. */
function nameOf(item: Json, at: number): string {
  if (typeof item === "string") return item === "" ? `${at + 1}` : item;
  if (!isObject(item)) return `${at + 1}`;
  const name = item.name ?? item.id;
  return typeof name === "string" && name !== "" ? name : `${at + 1}`;
}
