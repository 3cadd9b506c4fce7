import type { DatabaseGroup } from "../db/places.ts";
import { databaseGroupOf } from "./database-group.ts";
import { Misuse } from "./misuse.ts";
import { parseOptions } from "./parse-options.ts";

export const IMPORT_USAGE = `  npm run c360 -- import FILE [--mapping MAP.json] [--dry-run] [--i-confirm-right-to-provide] [--by NAME] TARGET

    FILE is CSV with a head line, or NDJSON (.ndjson, .jsonl). Without a mapping, CSV is what this product
    exports and NDJSON holds its events. --dry-run says of each line what would become of it, and sends nothing.
    Run again after a break, it goes on where it stood (FILE.import.json).
    TARGET is one of
      --data-dir DIR [--org ORG]   the local product's database, running or not (.data, org_demo)
      --org ORG                    with DATABASE_URL (and DATABASE_TOKEN) in the environment: that database
      --url URL                    the API of any deployment; its key in C360_KEY, or --key KEY
    Exit 0: every row was taken. 1: some were rejected. 2: called wrongly. 3: not finished.`;

/** Where the calls go. */
export type Target =
  | { readonly kind: "api"; readonly url: string; readonly key: string }
  | {
      readonly kind: "database";
      readonly url: string;
      readonly token: string | undefined;
      /** Where organisations may have databases of their own. */
      readonly group: DatabaseGroup | null;
      readonly org: string;
    }
  | { readonly kind: "local"; readonly dataFolder: string; readonly org: string };

export interface ImportOptions {
  readonly file: string;
  readonly mapping: string | undefined;
  readonly dryRun: boolean;
  readonly confirmed: boolean;
  /** Who uploads, for the record. */
  readonly by: string | undefined;
  readonly target: Target;
}

/** @throws Misuse */
export function readImportOptions(args: readonly string[], env: NodeJS.ProcessEnv): ImportOptions {
  const { values, positionals } = parsed(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Misuse("import takes exactly one FILE.");
  return {
    file,
    mapping: values.mapping,
    dryRun: values["dry-run"] === true,
    confirmed: values["i-confirm-right-to-provide"] === true,
    by: values.by,
    target: targetOf(values, env),
  };
}

type Values = ReturnType<typeof parsed>["values"];

function targetOf(values: Values, env: NodeJS.ProcessEnv): Target {
  const { url, key = env.C360_KEY, org, "data-dir": dataFolder } = values;
  if (url !== undefined) {
    if (org !== undefined || dataFolder !== undefined)
      throw new Misuse("--url names the target alone: its key tells the organisation.");
    if (!["http:", "https:"].includes(URL.parse(url)?.protocol ?? ""))
      throw new Misuse(`${url} is not an http(s) URL.`);
    if (values["dry-run"] !== true && (key === undefined || key === ""))
      throw new Misuse("--url needs a key with the scope calls:write.");
    return { kind: "api", url: url.replace(/\/+$/, ""), key: key ?? "" };
  }
  if (values.key !== undefined) throw new Misuse("--key is for --url.");
  const database = env.DATABASE_URL;
  if (dataFolder === undefined && database !== undefined && database !== "") {
    if (org === undefined) throw new Misuse("DATABASE_URL needs --org: whose calls these are.");
    return { kind: "database", url: database, token: env.DATABASE_TOKEN, group: databaseGroupOf(env), org };
  }
  return { kind: "local", dataFolder: dataFolder ?? env.DATA_DIR ?? ".data", org: org ?? "org_demo" };
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  return parseOptions(args, {
    mapping: text,
    url: text,
    key: text,
    org: text,
    "data-dir": text,
    by: text,
    "dry-run": flag,
    "i-confirm-right-to-provide": flag,
  });
}
