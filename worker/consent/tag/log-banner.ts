import { openDatabase } from "../../../db/client.ts";
import { type Env, settingsOf } from "../../env.ts";
import { append } from "../../ledger/append.ts";
import { decodeHex, decodeUtf8 } from "../../ledger/bytes.ts";
import { readSites, siteById, sitesWithNotice } from "../queries.ts";
import type { Script } from "./serve-script.ts";
import { compiledCode, firstLayerCode } from "./tag.ts";

/** Logs that this isolate knows to hold this build; oldest out first. */
const shown = new Set<string>();
const SHOWN_SIZE = 10_000;
const AT_ONCE = 20;

/**
 * Shows this build of the banner in the site's log: an entry `notice` for each of its files, by the SHA-256
 * of its bytes. The log takes each once; an isolate asks once for each log.
 */
export async function logBanner(env: Env, site: string): Promise<void> {
  const [found] = await openDatabase(settingsOf(env).database).read([siteById(site)]);
  for (const { log } of readSites(found)) await logBannerIn(env, log);
}

/** The same for every site that has something published: a new build is in the logs before it is asked for. */
export async function appendBannerLeaves(env: Env): Promise<void> {
  const [found] = await openDatabase(settingsOf(env).database).read([sitesWithNotice(null)]);
  const logs = [...new Set(readSites(found).map(({ log }) => log))].filter((log) => !shown.has(log));
  for (let i = 0; i < logs.length; i += AT_ONCE) {
    await Promise.all(logs.slice(i, i + AT_ONCE).map((log) => logBannerIn(env, log)));
  }
}

async function logBannerIn(env: Env, log: string): Promise<void> {
  if (shown.has(log)) return;
  for (const { hash } of await filesOfBuild()) {
    await append(env, log, "open", { kind: "notice", sha256: decodeHex(hash) });
  }
  shown.add(log);
  const oldest = shown.values().next();
  if (shown.size > SHOWN_SIZE && !oldest.done) shown.delete(oldest.value);
}

/** The code, and whatever it names by its hash, and so on. */
async function filesOfBuild(): Promise<readonly Script[]> {
  const files = new Map<string, Script>();
  const names = [(await firstLayerCode()).code];
  for (const name of names) {
    const script = files.has(name) ? undefined : compiledCode(name);
    if (script === undefined) continue;
    files.set(name, script);
    names.push(...((decodeUtf8(script.identity) ?? "").match(/[0-9a-f]{32}/g) ?? []));
  }
  return [...files.values()];
}
