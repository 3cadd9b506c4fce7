import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import {
  CONFIGURATION_PLACEHOLDER,
  type Configuration,
  insertConfiguration,
} from "../consent-banner/configuration.ts";
import { decodeUtf8 } from "../worker/ledger/bytes.ts";
import { canonicalJson, renderLeaf } from "../worker/ledger/leaf.ts";
import { Refused } from "../worker/ledger/refused.ts";
import type { LogReader } from "./log-reader.ts";

/** What a site's visitors are served is not what the log holds. The bytes are kept: they are what was served. */
export class ForeignTag extends Refused {
  readonly url: string;
  readonly served: Uint8Array;

  constructor(message: string, url: string, served: Uint8Array) {
    super(message);
    this.url = url;
    this.served = served;
  }
}

/** Shows that an entry is in the log, under what was signed a moment ago. @throws Refused, Contradiction */
export type ProveEntry = (index: number, entry: Uint8Array) => Promise<void>;

export interface TagWatch {
  readonly log: LogReader;
  readonly prove: ProveEntry;
  /** Milliseconds for which what is live may be changing: caches that differ, bytes on their way into the log. */
  readonly patienceMs: number;
}

const PAUSE_MS = 2000;
/** As a browser names itself, so that a monitor is not served by its name. */
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/**
 * Fetches what a site's visitors are served, in every language: the notice and every file of the banner's
 * code must be in the log, and the configuration within the script what this release makes of what is published.
 * @throws ForeignTag, Refused, Contradiction; Unreachable where nothing can be said
 */
export async function watchTag(watch: TagWatch, site: string): Promise<void> {
  const until = Date.now() + watch.patienceMs;
  for (;;) {
    try {
      return await checkTag(watch, site);
    } catch (error) {
      if (!(error instanceof ForeignTag) || Date.now() >= until) throw error;
      await pause(Math.min(PAUSE_MS, Math.max(1, until - Date.now())));
    }
  }
}

async function checkTag(watch: TagWatch, site: string): Promise<void> {
  const file = `/c/${site}.json`;
  const bytes = await served(watch, file);
  const published = parsePublished(bytes);
  if (published === null) throw foreign(watch, file, bytes, "is not what a site publishes");
  const { notice, notice_hash: hash } = published;
  const right = sha256(canonicalJson(notice));
  if (right.toString("hex") !== hash) {
    throw foreign(watch, file, bytes, "names another notice_hash than its notice has");
  }
  await requireEntry(watch, right, file, bytes, "shows a notice that is not in the log");
  for (const language of notice.languages) await watchScript(watch, site, language, published);
}

async function watchScript(
  watch: TagWatch,
  site: string,
  language: string,
  published: Configuration,
): Promise<void> {
  const file = `/c/${site}.js`;
  const bytes = await served(watch, file, language);
  const [before, behind, ...more] = (decodeUtf8(bytes) ?? "").split(
    insertConfiguration(CONFIGURATION_PLACEHOLDER, published, language),
  );
  if (before === undefined || behind === undefined || more.length > 0) {
    throw foreign(watch, file, bytes, `does not carry what is published, as this release does (${language})`);
  }
  // These are the bytes that the build has under its permanent address.
  await watchCode(watch, site, Buffer.from(`${before}null${behind}`), { file, bytes }, new Set());
}

/** The code, and every file of the banner that it names by its hash, and so on. */
async function watchCode(
  watch: TagWatch,
  site: string,
  code: Buffer,
  from: { readonly file: string; readonly bytes: Uint8Array },
  seen: Set<string>,
): Promise<void> {
  await requireEntry(watch, sha256(code), from.file, from.bytes, "runs code that is not in the log");
  for (const name of code.toString().match(/[0-9a-f]{32}/g) ?? []) {
    if (seen.has(name)) continue;
    seen.add(name);
    const file = `/c/${site}/${name}.js`;
    const bytes = await served(watch, file);
    if (!sha256(bytes).toString("hex").startsWith(name)) {
      throw foreign(watch, file, bytes, "is not the file that its name promises");
    }
    await watchCode(watch, site, Buffer.from(bytes), { file, bytes }, seen);
  }
}

async function requireEntry(
  { log, prove }: TagWatch,
  hash: Buffer,
  file: string,
  bytes: Uint8Array,
  fault: string,
): Promise<void> {
  const index = await log.openEntry("notice", hash.toString("hex"));
  if (index === null) throw foreign({ log }, file, bytes, fault);
  await prove(index, renderLeaf({ kind: "notice", sha256: new Uint8Array(hash) }));
}

async function served({ log }: TagWatch, file: string, language?: string): Promise<Uint8Array> {
  const headers = {
    "user-agent": BROWSER,
    ...(language === undefined ? {} : { "accept-language": language }),
  };
  const bytes = await log.fileOfHost(file, headers);
  if (bytes === null)
    throw new Refused(`${log.hostUrl(file)} is not there: the site's visitors get no banner.`);
  return bytes;
}

function foreign({ log }: Pick<TagWatch, "log">, file: string, bytes: Uint8Array, fault: string): ForeignTag {
  return new ForeignTag(`${log.hostUrl(file)} ${fault}.`, log.hostUrl(file), bytes);
}

/** The named boundary: its notice is believed only by the hash in the log, of a document that `publishNotice` wrote. */
function parsePublished(bytes: Uint8Array): Configuration | null {
  // As it was parsed: the order of its keys is that of the script.
  const value = parseJson(decodeUtf8(bytes) ?? "");
  return v.is(Published, value) ? (value as unknown as Configuration) : null;
}

const Published = v.looseObject({
  notice: v.looseObject({ languages: v.pipe(v.array(v.string()), v.minLength(1)) }),
  notice_hash: v.string(),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
