import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Misuse } from "./misuse.ts";

/** The product that a command works on, with a key of the scope manage. */
export interface Deployment {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

interface Named {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly "data-dir"?: string | undefined;
}

const StartFile = v.object({ url: v.string(), keys: v.object({ manage: v.string() }) });

/** @throws Misuse where neither an address nor a running local product is named */
export function deploymentOf(named: Named, env: NodeJS.ProcessEnv): Deployment {
  const { url, key = env.C360_KEY, "data-dir": folder } = named;
  if (url === undefined) {
    const file = join(folder ?? env.DATA_DIR ?? ".data", "start.json");
    if (!existsSync(file)) throw new Misuse(`No local product runs (${file} is not there): give --url.`);
    const start = v.parse(StartFile, JSON.parse(readFileSync(file, "utf8")));
    return { url: start.url, key: start.keys.manage };
  }
  if (!["http:", "https:"].includes(URL.parse(url)?.protocol ?? "")) {
    throw new Misuse(`${url} is not an http(s) URL.`);
  }
  if (key === undefined || key === "") throw new Misuse("--url needs a key with the scope manage.");
  return { url: url.replace(/\/+$/, ""), key };
}
