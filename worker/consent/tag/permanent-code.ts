import type { Database } from "../../../db/client.ts";
import { bannerBuild, insertBannerBuild, readBannerBuild } from "./queries.ts";
import type { Script } from "./serve-script.ts";
import { compiledCode, unpackScript } from "./tag.ts";

/** Names that this isolate knows to be kept. */
const kept = new Set<string>();

/**
 * Banner code by its permanent name. Pages pin it with SRI, so a build is kept before it is served for
 * the first time, and is served for ever after, whatever build runs then.
 * @returns null for a name that was never served
 */
export async function permanentCode(database: Database, name: string): Promise<Script | null> {
  const current = compiledCode(name);
  if (current !== undefined && kept.has(name)) return current;
  const [found] = await database.read([bannerBuild(name)]);
  const earlier = readBannerBuild(found);
  if (current === undefined) return earlier === null ? null : unpackScript(earlier);
  if (earlier === null) await database.write([insertBannerBuild(name, current.brotli)]);
  kept.add(name);
  return current;
}
