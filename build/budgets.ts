import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { buildBanner } from "../consent-banner/build.ts";
import { inLanguage, insertConfiguration } from "../consent-banner/configuration.ts";
import { demoNotice } from "../consent-banner/demo-notice.ts";
import { LANGUAGES } from "../consent-banner/languages/all.ts";

/** A limit that the build may not pass. */
interface Budget {
  readonly what: string;
  readonly limitBytes: number;
  measure(): Promise<number> | number;
}

const DIST = new URL("../dist/", import.meta.url).pathname;

/** Sizes as they travel: brotli 11 for what browsers load, gzip for what the platform counts. */
const BUDGETS: readonly Budget[] = [
  {
    what: "worker's entry, gzip",
    limitBytes: 120_000,
    measure: () => gzip(read("worker/index.js")) + staticChunks(),
  },
  {
    what: "dashboard's first JavaScript, brotli",
    limitBytes: 15_000,
    measure: () => brotliOf(firstScripts("index.html")),
  },
  { what: "all JavaScript of the app, brotli", limitBytes: 75_000, measure: () => brotliOf(allScripts()) },
  {
    what: "banner with configuration and language, brotli",
    limitBytes: 6_500,
    measure: async () => brotli(await demoTag()),
  },
  {
    what: "banner's second layer with its configuration, brotli",
    limitBytes: 4_000,
    measure: async () => {
      const { modules, secondHash } = await buildBanner();
      return brotli(modules[secondHash] ?? "") + brotli(JSON.stringify(inLanguage(demoConfiguration, "en")));
    },
  },
  {
    what: "banner's largest language, brotli",
    limitBytes: 1_200,
    measure: () => Math.max(...LANGUAGES.map(({ texts }) => brotli(JSON.stringify(texts)))),
  },
];

/** One line for each budget that is passed; prints every figure. */
export async function overBudget(): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { what, limitBytes, measure } of BUDGETS) {
    const size = await measure();
    process.stdout.write(`     ${what}: ${size} of ${limitBytes} B\n`);
    if (size > limitBytes) faults.push(`${what} is ${size} B, over its budget of ${limitBytes} B`);
  }
  return faults;
}

const read = (name: string): Buffer => readFileSync(DIST + name);
const gzip = (bytes: Buffer): number => gzipSync(bytes, { level: 9 }).byteLength;
const brotli = (bytes: Buffer | string): number =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).byteLength;
const brotliOf = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + brotli(read(`public${name}`)), 0);

const demoConfiguration = {
  site: "site_demo",
  policy_version: "2025-10-26",
  // As hard to compress as a real one.
  notice_hash: "9d5c1e0bb7a24f63c8e9d1720f3a6b84517ce2d90ab1f4e36c7825d9e0f1a3b6",
  notice: demoNotice,
};

/** `/c/site_demo.js`: the demo's real notice, with a version and a hash of their real lengths. */
async function demoTag(): Promise<string> {
  const { code } = await buildBanner();
  return insertConfiguration(code, demoConfiguration, "en");
}

/** Chunks that the entry imports statically are loaded with it, so they count with it. */
function staticChunks(seen = new Set(["index.js"]), name = "index.js"): number {
  let size = 0;
  for (const [, path] of read(`worker/${name}`)
    .toString()
    .matchAll(/(?:from|import)\s*"(\.{1,2}\/[^"]+)"/g)) {
    const chunk = new URL(path ?? "", `file:///${name}`).pathname.slice(1);
    if (seen.has(chunk)) continue;
    seen.add(chunk);
    size += gzip(read(`worker/${chunk}`)) + staticChunks(seen, chunk);
  }
  return size;
}

/** Scripts that a page loads at once: its module script and what is preloaded with it. */
function firstScripts(page: string): string[] {
  const html = read(`public/${page}`).toString();
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? "");
}

function allScripts(): string[] {
  return readdirSync(`${DIST}public/assets`)
    .filter((name) => name.endsWith(".js"))
    .map((name) => `/assets/${name}`);
}
