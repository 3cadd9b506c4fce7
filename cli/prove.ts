import { writeFile } from "node:fs/promises";
import { parseDecimal } from "../worker/ledger/decimal.ts";
import { Refused } from "../worker/ledger/refused.ts";
import { parseVkey } from "../worker/ledger/signed-note.ts";
import { checkEvidence, fetchEvidence } from "./evidence.ts";
import { evidencePage } from "./evidence-page.ts";
import { Misuse } from "./misuse.ts";
import { parseOptions } from "./parse-options.ts";

const USAGE = `  npm run c360 -- prove INDEX --url URL [--vkey K] [--site SITE] [--out FILE]

    Writes one printable page about one entry of your log: the record, the notice as it was shown, the policy of
    that day, and what a verifier finds (consent-INDEX.html). Its key (scope consent:read) in C360_KEY, or --key KEY.
    K is the log's verification key as you kept it; without it the deployment's own word is taken, and the page
    says so. SITE is needed only where your sites are in several logs.
    Exit 0: everything holds. 1: something does not. 2: called wrongly. 3: the deployment did not answer.`;

export const proveVerb = {
  usage: USAGE,
  run: (args: readonly string[]) => prove(readOptions(args, process.env)),
};

interface ProveOptions {
  readonly index: number;
  readonly url: URL;
  readonly key: string;
  readonly vkey: string | undefined;
  readonly site: string | undefined;
  readonly out: string;
}

async function prove({ index, url, key, vkey, site, out }: ProveOptions): Promise<number> {
  const evidence = await fetchEvidence(url, key, { index, site });
  const used = vkey ?? evidence.vkey;
  const findings = await checkEvidence(evidence, used);
  const page = evidencePage(evidence, {
    vkey: used,
    vkeySource:
      vkey === undefined ? `as ${url.host} gave it out with the record` : "kept by whoever made this page",
    findings,
    made_at: new Date().toISOString(),
  });
  await writeFile(out, String(await page), { mode: 0o600 });
  for (const { what, holds, says } of findings) {
    const word = holds === null ? "not checked" : holds ? "holds" : "DOES NOT HOLD";
    process.stdout.write(`${word}: ${what}. ${says}\n`);
  }
  process.stdout.write(`Written to ${out}\n`);
  return findings.some(({ holds }) => holds === false) ? 1 : 0;
}

/** @throws Misuse */
function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): ProveOptions {
  const { values, positionals } = parsed(args);
  const [text = "", ...more] = positionals;
  const index = parseDecimal(text);
  if (index === null || more.length > 0) throw new Misuse("prove takes exactly one INDEX, a whole number.");
  const url = URL.parse(values.url ?? "");
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new Misuse("--url needs the address of a deployment, as https://callers360.com");
  }
  const key = values.key ?? env.C360_KEY ?? "";
  if (key === "") throw new Misuse("A key with the scope consent:read is missing: C360_KEY or --key.");
  const { vkey, site, out = `consent-${index}.html` } = values;
  if (vkey !== undefined) requireVkey(vkey);
  return { index, url, key, vkey, site, out };
}

function requireVkey(vkey: string): void {
  try {
    parseVkey(vkey);
  } catch (error) {
    throw error instanceof Refused ? new Misuse(error.message) : error;
  }
}

function parsed(args: readonly string[]) {
  const option = { type: "string" } as const;
  return parseOptions(args, { url: option, key: option, vkey: option, site: option, out: option });
}
