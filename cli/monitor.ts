import { readFile, rename, writeFile } from "node:fs/promises";
import * as v from "valibot";
import { LogReader, Unreachable } from "../verify/log-reader.ts";
import { Contradiction, type Observation, type TagOptions, watchLog } from "../verify/watch-log.ts";
import { ForeignTag } from "../verify/watch-tag.ts";
import { Refused } from "../worker/ledger/refused.ts";
import { parseVkey, type VerifierKey } from "../worker/ledger/signed-note.ts";
import { Misuse, Unfinished } from "./misuse.ts";
import { parseOptions } from "./parse-options.ts";

const USAGE = `  npm run c360 -- monitor URL --vkey K [--vkey K2] --state FILE [--samples N] [--site S] [--patience SECONDS] [--quiet]

    Looks at a log (URL as https://callers360.com/log/org_demo) and compares it with the last look, kept in FILE.
    Each look checks the signature, that the log only grew, N receipts (16) with their entries, and the tag that
    each of its sites serves now: notice and code must be in the log. --site adds a site that the log may not name
    (more than one: again). A tag that is changing is looked at again for SECONDS (90); the monitor has to be of the
    release that is served. Around a key rotation give both keys. --quiet says nothing when all is well, so that cron sends no mail.
    Exit 0: in order. 1: ALARM, the log contradicts itself or something does not verify; FILE stays as it was, what
    proves it is written beside it. 2: called wrongly. 3: the log could not be read, nothing is known.`;

export const monitorVerb = {
  usage: USAGE,
  run: (args: readonly string[]) => monitor(readOptions(args)),
};

interface MonitorOptions {
  readonly url: URL;
  readonly keys: readonly VerifierKey[];
  readonly state: string;
  readonly samples: number;
  readonly tags: TagOptions;
  readonly quiet: boolean;
}

const State = v.object({ v: v.literal(1), checkpoint: v.string(), seen_at: v.string() });

async function monitor({ url, keys, state, samples, tags, quiet }: MonitorOptions): Promise<number> {
  const kept = await readState(state);
  const log = new LogReader(url);
  try {
    const seen = await watchLog(log, keys, kept, samples, tags);
    await writeState(state, seen);
    if (!quiet) process.stdout.write(`${sentenceOf(seen, kept)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof Unreachable) throw new Unfinished(`${url.href}: ${error.message}`);
    if (!(error instanceof Refused)) throw error;
    process.stderr.write(`ALARM ${url.href}: ${error.message}${await writeEvidence(state, error)}\n`);
    return 1;
  }
}

function sentenceOf({ origin, size, sampled, sites }: Observation, kept: string | null): string {
  const before = kept?.split("\n")[1];
  const since = before === undefined ? "first look" : `${size - Number(before)} since the last look`;
  return `in order: ${origin} has ${size} entries (${since}), ${sampled} receipts verified, ${sites.length} tags in the log.`;
}

/** The checkpoint of the last look; null on the first. @throws Misuse for a file that is something else */
async function readState(path: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new Misuse(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return v.parse(State, JSON.parse(text)).checkpoint;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof v.ValiError) {
      throw new Misuse(`${path} is not a state of this monitor; nothing was looked at.`);
    }
    throw error;
  }
}

/** Whole or not at all: a state that is lost would make the next look the first. */
async function writeState(path: string, { checkpoint }: Observation): Promise<void> {
  const draft = `${path}.new`;
  const state: v.InferOutput<typeof State> = { v: 1, checkpoint, seen_at: new Date().toISOString() };
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
  await rename(draft, path);
}

/** @returns a sentence that says where it is, if there is any */
async function writeEvidence(state: string, error: Refused): Promise<string> {
  const name = `${state}.alarm-${new Date().toISOString().replaceAll(":", "")}`;
  if (error instanceof Contradiction) {
    const evidence = { v: 1, message: error.message, checkpoints: error.notes };
    await writeFile(`${name}.json`, `${JSON.stringify(evidence, null, 2)}\n`);
    return ` The two signed checkpoints are in ${name}.json.`;
  }
  if (!(error instanceof ForeignTag)) return "";
  await writeFile(`${name}.served`, error.served);
  return ` What was served is in ${name}.served.`;
}

/** @throws Misuse */
function readOptions(args: readonly string[]): MonitorOptions {
  const { values, positionals } = parsed(args);
  const [address = "", ...more] = positionals;
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol) || more.length > 0) {
    throw new Misuse("monitor takes exactly one URL, a log's address.");
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  const { vkey = [], state = "", samples = "16", site = [], patience = "90", quiet = false } = values;
  if (vkey.length === 0) throw new Misuse("--vkey is missing: the log's key, as you kept it.");
  if (state === "") throw new Misuse("--state is missing: where this look is kept for the next.");
  if (!/^[0-9]{1,4}$/.test(samples)) throw new Misuse("--samples must be a whole number from 0 to 9999.");
  if (!/^[0-9]{1,4}$/.test(patience)) throw new Misuse("--patience must be a whole number of seconds.");
  const tags = { sites: site, patienceMs: Number(patience) * 1000 };
  return { url, keys: vkey.map(readKey), state, samples: Number(samples), tags, quiet };
}

function readKey(vkey: string): VerifierKey {
  try {
    return parseVkey(vkey);
  } catch (error) {
    throw error instanceof Refused ? new Misuse(error.message) : error;
  }
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  return parseOptions(args, {
    vkey: { type: "string", multiple: true },
    state: text,
    samples: text,
    site: { type: "string", multiple: true },
    patience: text,
    quiet: { type: "boolean" },
  });
}
