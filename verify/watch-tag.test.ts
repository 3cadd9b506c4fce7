import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CONFIGURATION_PLACEHOLDER, insertConfiguration } from "../consent-banner/configuration.ts";
import { demoNotice } from "../consent-banner/demo-notice.ts";
import { utf8 } from "../worker/ledger/bytes.ts";
import { canonicalJson } from "../worker/ledger/leaf.ts";
import { parseVkey } from "../worker/ledger/signed-note.ts";
import { addReceipts, entries, filesOf, type LogFiles, serveLog, vkey } from "./fixtures/static-log.ts";
import { LogReader } from "./log-reader.ts";
import { watchLog } from "./watch-log.ts";
import { ForeignTag } from "./watch-tag.ts";

let files: LogFiles = new Map();
let log: Awaited<ReturnType<typeof serveLog>>;
beforeAll(async () => {
  log = await serveLog(() => files);
});
afterAll(() => log.close());

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const entryOf = (bytes: Uint8Array) =>
  utf8(`{"kind":"notice","sha256":"${sha256(bytes).toString("base64")}","v":1}`);

const inner = utf8("export const record = 1;");
const module = utf8(`import "/c/${sha256(inner).toString("hex").slice(0, 32)}.js"; // the second layer`);
const code = `(()=>{let c=${CONFIGURATION_PLACEHOLDER};load("${sha256(module).toString("hex").slice(0, 32)}")})()`;
const texts = demoNotice.texts.en;
if (texts === undefined) throw new Error("the demo speaks English");
const notice = {
  ...demoNotice,
  languages: ["en", "hi"],
  texts: { en: texts, hi: { ...texts, accept: "सब स्वीकार करें" } },
};
const published = {
  site: "site_a",
  policy_version: "2025-10-26",
  notice,
  notice_hash: sha256(canonicalJson(notice)).toString("hex"),
};

/** A log that holds the notice and the files of the build, on a host that serves the site's tag. */
async function live(): Promise<LogFiles> {
  const logged = [canonicalJson(notice), utf8(insertConfiguration(code, null)), module, inner];
  const content = [...entries(5), ...logged.map(entryOf)];
  const made = addReceipts(await filesOf(content), content);
  for (const [i, bytes] of logged.entries()) {
    made.set(`open/notice/${sha256(bytes).toString("hex")}`, utf8(`{"index":${5 + i}}`));
  }
  made.set("sites", utf8('{"sites":["site_a"]}'));
  made.set("/c/site_a.json", utf8(JSON.stringify(published)));
  for (const language of ["en", "hi"]) {
    made.set(`/c/site_a.js ${language}`, utf8(insertConfiguration(code, published, language)));
  }
  for (const bytes of [module, inner]) made.set(fileOf(bytes), bytes);
  return made;
}

function fileOf(bytes: Uint8Array): string {
  return `/c/site_a/${sha256(bytes).toString("hex").slice(0, 32)}.js`;
}

const watch = (sites: readonly string[] = []) =>
  watchLog(new LogReader(new URL(`${log.url}/`)), [parseVkey(vkey)], null, 0, { sites, patienceMs: 20 });

function edit(file: string, from: string, to: string): void {
  const before = Buffer.from(files.get(file) ?? []).toString();
  expect(before).toContain(from);
  files.set(file, utf8(before.replace(from, to)));
}

test("a tag whose notice and code are in the log is in order, whoever names the site", async () => {
  files = await live();
  expect((await watch()).sites).toEqual(["site_a"]);
  files.delete("sites");
  expect((await watch()).sites).toEqual([]);
  expect((await watch(["site_a"])).sites).toEqual(["site_a"]);
});

const accept = JSON.stringify(texts.accept);
const changes: [string, () => void, string][] = [
  [
    "other code",
    () => edit("/c/site_a.js hi", "let c=", "evil();let c="),
    "runs code that is not in the log",
  ],
  ["code behind the configuration", () => edit("/c/site_a.js hi", ")})()", ")})();evil()"), "runs code"],
  [
    "another word in the script",
    () => edit("/c/site_a.js hi", "सब स्वीकार करें", "जारी रखें"),
    "does not carry what is published",
  ],
  [
    "another policy",
    () => edit("/c/site_a.js hi", "2025-10-26", "2024-01-01"),
    "does not carry what is published",
  ],
  ["a word in what is published", () => edit("/c/site_a.json", accept, '"Continue"'), "another notice_hash"],
  [
    "another file behind a name",
    () => files.set(fileOf(module), utf8("evil()")),
    "not the file that its name",
  ],
  ["no script", () => files.delete("/c/site_a.js hi"), "the site's visitors get no banner"],
  [
    "a script without its configuration",
    () => files.set("/c/site_a.js hi", utf8("evil()")),
    "does not carry what is published",
  ],
  ["a JSON that is none", () => files.set("/c/site_a.json", utf8("[]")), "not what a site publishes"],
];
test.each(changes)("%s is refused", async (_, change, words) => {
  files = await live();
  change();
  await expect(watch()).rejects.toThrow(words);
});

test.each([
  ["notice", 0],
  ["code", 1],
  ["file", 2],
  ["file of a file", 3],
])("a %s that the log does not hold is refused with the bytes that were served", async (_, place) => {
  files = await live();
  const missing = [canonicalJson(notice), utf8(insertConfiguration(code, null)), module, inner][place];
  files.delete(`open/notice/${sha256(missing ?? utf8("")).toString("hex")}`);
  const error = await watch().catch((refused: unknown) => refused);
  if (!(error instanceof ForeignTag)) throw error;
  expect(error.message).toContain("not in the log");
  expect(new Uint8Array(error.served)).toEqual(
    new Uint8Array(
      files.get(new URL(error.url).pathname) ?? files.get(`${new URL(error.url).pathname} en`) ?? [],
    ),
  );
});

test("an index that leads to another entry proves nothing", async () => {
  files = await live();
  files.set(`open/notice/${published.notice_hash}`, utf8('{"index":2}'));
  await expect(watch()).rejects.toThrow("Entry 2 is not what the log says it is");
  files.set(`open/notice/${published.notice_hash}`, utf8('{"index":"5"}'));
  await expect(watch()).rejects.toThrow("not of the form");
});
