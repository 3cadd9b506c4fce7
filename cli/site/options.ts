import { existsSync } from "node:fs";
import { type Deployment, deploymentOf } from "../deployment.ts";
import { Misuse } from "../misuse.ts";
import { parseOptions } from "../parse-options.ts";

export const SITE_USAGE = `  npm run c360 -- site check FILE [--json]
  npm run c360 -- site publish FILE --site SITE [--replace-draft] [--accept-unreviewed hi,mr --name "NAME"]

    FILE is a site's configuration as JSON: origins, notice, policy_version (its schema: /schemas/site.json).
    check needs no network. publish checks, saves the draft and publishes it; a draft that somebody else is
    working on is only replaced with --replace-draft. Texts that nobody reviewed are published when somebody
    takes that on themselves by name, which is recorded.
    The deployment is --url URL with a key of the scope manage in C360_KEY, or --key KEY; without --url the
    local product that runs on --data-dir DIR (.data).
    Exit 0: done, or no errors. 1: errors, or the deployment refused. 2: called wrongly. 3: no answer.`;

const VERBS = ["check", "publish"] as const;

export interface SiteOptions {
  readonly verb: (typeof VERBS)[number];
  readonly file: string;
  readonly json: boolean;
  readonly site: string | undefined;
  readonly replaceDraft: boolean;
  readonly acceptance: { readonly languages: readonly string[]; readonly name: string } | null;
  /** @throws Misuse where neither an address nor a running local product is named */
  deployment(): Deployment;
}

/** @throws Misuse */
export function readSiteOptions(args: readonly string[], env: NodeJS.ProcessEnv): SiteOptions {
  const { values, positionals } = parsed(args);
  const [name, file, ...more] = positionals;
  const verb = VERBS.find((known) => known === name);
  if (verb === undefined) throw new Misuse(`site takes one of ${VERBS.join(", ")}.`);
  if (file === undefined || more.length > 0) throw new Misuse(`site ${verb} takes exactly one FILE.`);
  if (!existsSync(file)) throw new Misuse(`${file} is not there.`);
  if (verb === "publish" && values.site === undefined) throw new Misuse("site publish needs --site SITE.");
  const accepted = values["accept-unreviewed"];
  if ((accepted === undefined) !== (values.name === undefined)) {
    throw new Misuse("--accept-unreviewed and --name belong together.");
  }
  return {
    verb,
    file,
    json: values.json === true,
    site: values.site,
    replaceDraft: values["replace-draft"] === true,
    acceptance: accepted === undefined ? null : { languages: accepted.split(","), name: values.name ?? "" },
    deployment: () => deploymentOf(values, env),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  return parseOptions(args, {
    json: flag,
    site: text,
    "replace-draft": flag,
    "accept-unreviewed": text,
    name: text,
    url: text,
    key: text,
    "data-dir": text,
  });
}
