import { chromium } from "playwright-core";
import * as v from "valibot";
import { findChromium } from "../tests/chromium.ts";
import { NoticeDocument } from "../worker/consent/sites/site-document.ts";
import { Misuse, Unfinished } from "./misuse.ts";
import { parseOptions } from "./parse-options.ts";
import { compare, propose, type ScanFinding, thirdParties } from "./scan/compare.ts";
import { type Tag, visit } from "./scan/visit.ts";

const USAGE = `  npm run c360 -- scan URL [URL …] [--json] [--wait MS]

    Opens the pages of one site in Chromium before any choice, after refusing, after agreeing and after taking
    it back, and compares what is set and contacted with what the site's notice declares: undeclared, too
    early, not cleared, still contacted. Lists third parties, and proposes the entries that are missing.
    Each page is watched for MS milliseconds (1000) after it came to rest. The browser is CHROMIUM, or the
    one that is installed. --json for programs.
    Exit 0: as declared. 1: findings. 2: called wrongly. 3: a page does not load or has no banner.`;

const WORDS: Readonly<Record<ScanFinding["rule"], string>> = {
  undeclared: "the notice does not declare it",
  "too-early": "it is there although nobody agreed to it",
  "not-cleared": "it is still there after agreement was taken back",
  "still-contacted": "it is still contacted after agreement was taken back",
};

const WHEN = {
  before: "before a choice",
  reject: "after refusing",
  accept: "after agreeing",
  withdraw: "after taking back",
};

export const scanVerb = {
  usage: USAGE,
  run: async (args: readonly string[]): Promise<number> => {
    const { urls, json, wait } = optionsOf(args);
    const executablePath = findChromium();
    if (executablePath === null)
      throw new Misuse("There is no Chromium here: install one, or name it in CHROMIUM.");
    const browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-background-networking"],
    });
    try {
      const { tag, seen } = await visit(browser, urls, wait);
      const { services } = await noticeOf(tag);
      const own = [...new Set([...urls.map((url) => new URL(url).host), new URL(tag.host).host])];
      const findings = compare(services, seen, own);
      const third_parties = thirdParties(services, seen, own);
      const proposals = propose(findings, seen, own);
      if (json) {
        process.stdout.write(
          `${JSON.stringify({ urls, site: tag.site, findings, third_parties, proposals, seen }, null, 2)}\n`,
        );
      } else {
        for (const { rule, phase, what, name, host, service } of findings) {
          const whose = service === null ? "" : ` (service ${service})`;
          const at = what === "host" ? "" : ` of ${host}`;
          process.stdout.write(`${rule}: ${what} ${name}${at}, ${WHEN[phase]}: ${WORDS[rule]}${whose}.\n`);
        }
        for (const { host, phases, service } of third_parties) {
          process.stdout.write(
            `third party ${host}: ${phases.map((phase) => WHEN[phase]).join(", ")}; ${service === null ? "not declared" : `service ${service}`}.\n`,
          );
        }
        if (proposals.length > 0) {
          process.stdout.write(
            `\nMissing in "services" of the notice (say what each is for, who provides it and from which country):\n${JSON.stringify(proposals, null, 2)}\n`,
          );
        }
        process.stdout.write(`${findings.length} ${findings.length === 1 ? "finding" : "findings"}.\n`);
      }
      return findings.length === 0 ? 0 : 1;
    } finally {
      await browser.close();
    }
  },
};

const Published = v.object({ notice: v.looseObject({ services: NoticeDocument.entries.services }) });

/** @throws Unfinished */
async function noticeOf({ host, site }: Tag) {
  const url = `${host}/c/${site}.json`;
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => null);
  const result = response?.ok ? v.safeParse(Published, await response.json()) : null;
  if (result?.success !== true) throw new Unfinished(`${url} is not what a site publishes.`);
  return {
    services: result.output.notice.services.map(({ items, ...service }) => ({
      ...service,
      items: items.map((item) => ({ days: 0, ...item })),
    })),
  };
}

function optionsOf(args: readonly string[]): { urls: string[]; json: boolean; wait: number } {
  const { values, positionals } = parseOptions(args, { json: { type: "boolean" }, wait: { type: "string" } });
  const wait = Number(values.wait ?? 1000);
  if (positionals.length === 0) throw new Misuse("scan takes at least one URL.");
  for (const url of positionals) {
    if (!["http:", "https:"].includes(URL.parse(url)?.protocol ?? ""))
      throw new Misuse(`${url} is not an http(s) URL.`);
  }
  if (!Number.isInteger(wait) || wait < 0 || wait > 60_000)
    throw new Misuse("--wait is 0 to 60000 milliseconds.");
  return { urls: positionals, json: values.json === true, wait };
}
