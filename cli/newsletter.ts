import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import * as v from "valibot";
import { askDeployment, refusalLines } from "./ask-deployment.ts";
import { deploymentOf } from "./deployment.ts";
import { Misuse } from "./misuse.ts";
import { parseOptions } from "./parse-options.ts";

const USAGE = `  npm run c360 -- newsletter send FILE [--dry-run] [--test ADDRESS] [--subject TEXT] [--id ID] [--language TAG]
                                      [--translation hi=FILE …]
  npm run c360 -- newsletter status FILE
  npm run c360 -- newsletter cancel FILE

    FILE is Markdown; the issue's id is its name, or --id; its subject is its first heading, or --subject. It goes to
    the confirmed readers of the newsletter and nobody else, once. --dry-run says to how many, --test sends it
    to one member alone. The deployment is --url URL with a key of the scope manage in C360_KEY, or --key KEY;
    without --url the local product that runs on --data-dir DIR (.data).
    Exit 0: done. 1: the deployment refused. 2: called wrongly.`;

const VERBS = ["send", "status", "cancel"] as const;

const Sent = v.object({ id: v.string(), readers: v.number(), suppressed: v.number() });
const Tested = v.object({ to: v.string() });
const Progress = v.object({
  id: v.string(),
  subject: v.string(),
  sent_at: v.string(),
  cancelled_at: v.nullable(v.string()),
  addressed: v.boolean(),
  letters: v.record(v.string(), v.number()),
});

export const newsletterVerb = { usage: USAGE, run };

async function run(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseOptions(args, {
    "dry-run": { type: "boolean" },
    test: text,
    subject: text,
    id: text,
    language: text,
    translation: { type: "string", multiple: true },
    url: text,
    key: text,
    "data-dir": text,
  });
  const [name, file, ...more] = positionals;
  const verb = VERBS.find((known) => known === name);
  if (verb === undefined) throw new Misuse(`newsletter takes one of ${VERBS.join(", ")}.`);
  if (file === undefined || more.length > 0) throw new Misuse(`newsletter ${verb} takes exactly one FILE.`);
  const { url, key } = deploymentOf(values, process.env);
  const id = values.id ?? basename(file).replace(/\.md$/, "");
  const ask = (method: string, path: string, body?: object) =>
    askDeployment(key, { method, base: `${url}/api/v1/newsletter${path}`, body });

  if (verb !== "send") {
    const path = `/issues/${encodeURIComponent(id)}`;
    const answer = await (verb === "status" ? ask("GET", path) : ask("POST", `${path}/cancel`));
    return said(answer, (json) => describeProgress(v.parse(Progress, json)));
  }
  const issue = {
    ...(await readIssue(file, values.subject)),
    language: values.language ?? "en",
    translations: Object.fromEntries(await Promise.all((values.translation ?? []).map(readTranslation))),
  };
  if (values.test !== undefined) {
    const answer = await ask("POST", "/tests", { ...issue, to: values.test });
    return said(answer, (json) => `A test is on its way to ${v.parse(Tested, json).to}.\n`);
  }
  const dry = values["dry-run"] === true;
  const answer = await ask("POST", "/issues", { id, ...issue, dry_run: dry });
  return said(answer, (json) => {
    const { readers, suppressed } = v.parse(Sent, json);
    const whom = `${readers} confirmed readers${suppressed === 0 ? "" : `, ${suppressed} of them suppressed`}`;
    if (dry) return `Dry run: ${id} would go to ${whom}. Nothing was sent.\n`;
    return answer.status === 201
      ? `${id} is on its way to ${whom}.\n`
      : `${id} was sent before; ${whom} are new.\n`;
  });
}

/** @throws Misuse where there is no subject */
async function readIssue(file: string, subject?: string): Promise<{ subject: string; markdown: string }> {
  const markdown = await readFile(file, "utf8").catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  const heading = subject ?? /^#\s+(.+?)\s*#*\s*$/m.exec(markdown)?.[1];
  if (heading === undefined) throw new Misuse(`${file} has no heading: give --subject.`);
  return { subject: heading, markdown };
}

async function readTranslation(option: string): Promise<[string, { subject: string; markdown: string }]> {
  const [language = "", ...file] = option.split("=");
  if (language === "" || file.length === 0) throw new Misuse("--translation is TAG=FILE, as hi=issue.hi.md");
  return [language, await readIssue(file.join("="))];
}

async function said(answer: Response, sentence: (json: unknown) => string): Promise<number> {
  const json: unknown = await answer.json();
  if (answer.ok) {
    process.stdout.write(sentence(json));
    return 0;
  }
  process.stderr.write(`${refusalLines(answer.status, json).join("\n")}\n`);
  return 1;
}

function describeProgress(issue: v.InferOutput<typeof Progress>): string {
  const letters = Object.entries(issue.letters).filter(([, n]) => n > 0);
  return [
    `${issue.id}: ${issue.subject}`,
    `  Sent: ${issue.sent_at}${issue.addressed ? "" : ", readers are still being looked up"}`,
    ...(issue.cancelled_at === null ? [] : [`  Stopped: ${issue.cancelled_at}`]),
    ...letters.map(([state, n]) => `  ${state}: ${n}`),
    "",
  ].join("\n");
}
