import type { DatabaseAddress } from "../../db/client.ts";
import type { DatabaseGroup, Place } from "../../db/places.ts";
import { databaseGroupOf } from "../database-group.ts";
import { Misuse } from "../misuse.ts";
import { parseOptions } from "../parse-options.ts";

export const ORG_USAGE = `  npm run c360 -- org where ORG TARGET
  npm run c360 -- org move ORG --to URL|directory [--token TOKEN] [--by NAME] [--grace SECONDS] TARGET
  npm run c360 -- org move ORG --cancel TARGET

    Moves an organisation's call data to a database of its own, or back, while it is in use. Broken off, the
    same command goes on. The old copy is removed --grace seconds (30) after the switch.
    TARGET is one of
      --data-dir DIR   the local product's directory, running or not (.data); databases at http://127.0.0.1:*
      DATABASE_URL (and DATABASE_TOKEN), ORG_DATABASES (and ORG_DATABASES_TOKEN, or --token) in the environment
    Exit 0: done. 2: called wrongly. 3: not finished.`;

export interface OrgOptions {
  readonly org: string;
  readonly order:
    | { readonly kind: "where" }
    | { readonly kind: "cancel" }
    | { readonly kind: "move"; readonly target: Place };
  readonly by: string | undefined;
  readonly graceMs: number;
  readonly directory:
    | { readonly kind: "database"; readonly address: DatabaseAddress; readonly group: DatabaseGroup | null }
    | { readonly kind: "local"; readonly dataFolder: string };
}

/** @throws Misuse */
export function readOrgOptions(args: readonly string[], env: NodeJS.ProcessEnv): OrgOptions {
  const { values, positionals } = parsed(args);
  const [word, org, ...more] = positionals;
  if ((word !== "where" && word !== "move") || org === undefined || more.length > 0) {
    throw new Misuse("Say org where ORG, or org move ORG.");
  }
  const grace = Number(values.grace ?? "30");
  // A question that was asked of the old place may be under way for ten seconds.
  if (!Number.isFinite(grace) || grace < 11 || grace > 3600)
    throw new Misuse("--grace is seconds, from 11 to 3600.");
  return {
    org,
    order: orderOf(word, values),
    by: values.by,
    graceMs: grace * 1000,
    directory: directoryOf(values, env),
  };
}

type Values = ReturnType<typeof parsed>["values"];

function orderOf(word: "where" | "move", { to, cancel }: Values): OrgOptions["order"] {
  if (word === "where") return { kind: "where" };
  if (cancel === true && to === undefined) return { kind: "cancel" };
  if (cancel === true || to === undefined) throw new Misuse("org move takes --to, or --cancel.");
  if (to === "directory") return { kind: "move", target: null };
  return { kind: "move", target: to.replace(/\/+$/, "") };
}

function directoryOf(values: Values, env: NodeJS.ProcessEnv): OrgOptions["directory"] {
  const { "data-dir": dataFolder } = values;
  const url = env.DATABASE_URL ?? "";
  if (dataFolder !== undefined || url === "") {
    return { kind: "local", dataFolder: dataFolder ?? env.DATA_DIR ?? ".data" };
  }
  return {
    kind: "database",
    address: { url, token: env.DATABASE_TOKEN || undefined },
    group: databaseGroupOf(env, values.token),
  };
}

function parsed(args: readonly string[]) {
  const string = { type: "string" } as const;
  return parseOptions(args, {
    to: string,
    token: string,
    by: string,
    grace: string,
    "data-dir": string,
    cancel: { type: "boolean" },
  });
}
