/** The part of JSON Schema (draft-07) that the site's configuration is described with. */
export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** A schema with its reference followed, and of alternatives the first that is not `null`. */
export function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const found = root.$defs?.[name] ?? root.definitions?.[name];
    return found === undefined ? {} : resolve(found, root);
  }
  const choices = (schema.anyOf ?? []).filter(({ type }) => type !== "null");
  const [first] = choices;
  if (first === undefined) return schema;
  const values = choices.flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]));
  return values.length === choices.length ? { ...schema, enum: values } : resolve(first, root);
}

/** The least value of a schema: what a newly added item or setting begins with. */
export function emptyOf(given: Schema, root: Schema): Json {
  const schema = resolve(given, root);
  if (schema.const !== undefined) return asJson(schema.const);
  if (schema.default !== undefined) return asJson(schema.default);
  if (schema.enum !== undefined) return asJson(schema.enum[0]);
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, emptyOf(schema.properties?.[name] ?? {}, root)]),
      );
    case "array":
      return [];
    case "integer":
    case "number":
      return schema.minimum ?? 0;
    case "boolean":
      return false;
    default:
      return "";
  }
}

/** A copy of `value` with another one at `path`; `undefined` removes what stood there. */
export function replaceAt(value: Json, path: readonly (string | number)[], to: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return to ?? null;
  if (isList(value)) {
    const index = Number(step);
    if (rest.length === 0 && to === undefined) return value.filter((_, at) => at !== index);
    const next = replaceAt(value[index] ?? null, rest, to);
    return index >= value.length ? [...value, next] : value.map((one, at) => (at === index ? next : one));
  }
  const object = isObject(value) ? value : {};
  if (rest.length === 0 && to === undefined) {
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== step));
  }
  return { ...object, [step]: replaceAt(object[step] ?? {}, rest, to) };
}

/** A value as JSON writes it. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null));
