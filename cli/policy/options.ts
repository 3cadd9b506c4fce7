import { basename, dirname, resolve } from "node:path";
import { isPolicyName, parseVersionName, type VersionName } from "../../worker/policy/version.ts";
import { type Deployment, deploymentOf } from "../deployment.ts";
import { Misuse } from "../misuse.ts";
import { parseOptions } from "../parse-options.ts";

export const POLICY_USAGE = `  npm run c360 -- policy lint FILE [--profile dpdp] [--profile gdpr] [--against OLD] [--notice JSON] [--links]
  npm run c360 -- policy diff FILE [--against OLD]
  npm run c360 -- policy draft FILE [--translation hi=FILE …]
  npm run c360 -- policy schedule FILE --effective-at INSTANT --class material|clarification|typo --reason TEXT
                                       [--changes purposes] [--changes recipients]
  npm run c360 -- policy cancel FILE [--reason TEXT]
  npm run c360 -- policy status FILE

    FILE is Markdown; policy and version are its folder and its name (…/privacy/2026-11-24.md), or --policy NAME
    and --version NAME; --language TAG where it is not English. OLD is another file.
    lint needs no network: JSON is what a site publishes (/c/SITE.json), --links opens every https link and, with
    --url, those within the site. diff without OLD compares with the version in force.
    The deployment is --url URL with a key of the scope manage in C360_KEY, or --key KEY; without --url the
    local product that runs on --data-dir DIR (.data). FILE.draft.json remembers which draft you saved last, so
    that nobody's work is overwritten unseen.
    Exit 0: done, or no errors. 1: the linter found errors, or the deployment refused. 2: called wrongly.`;

const VERBS = ["draft", "lint", "diff", "schedule", "cancel", "status"] as const;

export interface PolicyOptions {
  readonly verb: (typeof VERBS)[number];
  readonly file: string;
  readonly policy: string;
  readonly version: VersionName;
  readonly language: string;
  /** Files by language. */
  readonly translations: ReadonlyMap<string, string>;
  readonly profiles: readonly ("dpdp" | "gdpr")[];
  readonly against: string | undefined;
  readonly notices: readonly string[];
  readonly links: boolean;
  readonly siteUrl: string | undefined;
  readonly effectiveAt: string | undefined;
  readonly class: string | undefined;
  readonly reason: string | undefined;
  readonly changes: readonly ("purposes" | "recipients")[];
  /** @throws Misuse where neither an address nor a running local product is named */
  deployment(): Deployment;
}

/** @throws Misuse */
export function readPolicyOptions(args: readonly string[], env: NodeJS.ProcessEnv): PolicyOptions {
  const { values, positionals } = parsed(args);
  const [name, file, ...more] = positionals;
  const verb = VERBS.find((known) => known === name);
  if (verb === undefined) throw new Misuse(`policy takes one of ${VERBS.join(", ")}.`);
  if (file === undefined || more.length > 0) throw new Misuse(`policy ${verb} takes exactly one FILE.`);
  const policy = values.policy ?? basename(dirname(resolve(file)));
  if (!isPolicyName(policy)) throw new Misuse(`${policy} is not the name of a policy: give --policy.`);
  const version = parseVersionName(values.version ?? basename(file).replace(/\.md$/, ""));
  if (version === null) throw new Misuse(`${basename(file)} is not the number of a version: give --version.`);
  return {
    verb,
    file,
    policy,
    version,
    language: values.language ?? "en",
    translations: new Map((values.translation ?? []).map(readTranslation)),
    profiles: (values.profile ?? []).map((profile) => oneOf("--profile", profile, ["dpdp", "gdpr"])),
    against: values.against,
    notices: values.notice ?? [],
    links: values.links === true,
    siteUrl: values.url?.replace(/\/+$/, ""),
    effectiveAt: values["effective-at"],
    class: values.class,
    reason: values.reason,
    changes: (values.changes ?? []).map((change) => oneOf("--changes", change, ["purposes", "recipients"])),
    deployment: () => deploymentOf(values, env),
  };
}

function readTranslation(text: string): [string, string] {
  const [language = "", ...file] = text.split("=");
  if (language === "" || file.length === 0) throw new Misuse("--translation is TAG=FILE, as hi=policy.hi.md");
  return [language, file.join("=")];
}

function oneOf<const T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find((one) => one === given);
  if (found === undefined) throw new Misuse(`${option} is one of ${known.join(", ")}.`);
  return found;
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  const texts = { type: "string", multiple: true } as const;
  const flag = { type: "boolean" } as const;
  return parseOptions(args, {
    policy: text,
    version: text,
    language: text,
    translation: texts,
    profile: texts,
    against: text,
    notice: texts,
    links: flag,
    "effective-at": text,
    class: text,
    reason: text,
    changes: texts,
    url: text,
    key: text,
    "data-dir": text,
  });
}
