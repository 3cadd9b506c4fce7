import { Misuse, Unfinished } from "./misuse.ts";

/** `npm run c360 -- VERB …`: one file per verb. */

/** A verb's own words for its usage, and what carries it out: the exit code. */
interface Verb {
  readonly usage: string;
  run(args: readonly string[]): Promise<number>;
}

const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  import: () => import("./import.ts").then(({ importVerb }) => importVerb),
  "mapping-schema": () => import("./mapping-schema.ts").then(({ mappingSchemaVerb }) => mappingSchemaVerb),
  monitor: () => import("./monitor.ts").then(({ monitorVerb }) => monitorVerb),
  newsletter: () => import("./newsletter.ts").then(({ newsletterVerb }) => newsletterVerb),
  org: () => import("./org.ts").then(({ orgVerb }) => orgVerb),
  policy: () => import("./policy.ts").then(({ policyVerb }) => policyVerb),
  scan: () => import("./scan.ts").then(({ scanVerb }) => scanVerb),
  site: () => import("./site.ts").then(({ siteVerb }) => siteVerb),
  prove: () => import("./prove.ts").then(({ proveVerb }) => proveVerb),
};

const [name = "", ...args] = process.argv.slice(2);
const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
if (load === undefined) {
  const all = await Promise.all(Object.values(VERBS).map((one) => one()));
  process.stderr.write(`Usage:\n${all.map((verb) => verb.usage).join("\n")}\n`);
  process.exitCode = 2;
} else {
  const verb = await load();
  try {
    process.exitCode = await verb.run(args);
  } catch (error) {
    if (error instanceof Misuse) {
      process.stderr.write(`${error.message}\n\nUsage:\n${verb.usage}\n`);
      process.exitCode = 2;
    } else if (error instanceof Unfinished) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 3;
    } else {
      throw error;
    }
  }
}
