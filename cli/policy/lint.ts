import { readFile } from "node:fs/promises";
import * as v from "valibot";
import type { Finding } from "../../worker/policy/lint/finding.ts";
import { lintPolicy } from "../../worker/policy/lint/lint.ts";
import { Misuse } from "../misuse.ts";
import { deadLinks } from "./dead-links.ts";
import type { PolicyOptions } from "./options.ts";

/** What the checks need of a published notice; with or without the configuration around it. */
const Notice = v.object({
  site_name: v.string(),
  services: v.array(
    v.object({
      id: v.string(),
      category: v.picklist(["necessary", "preferences", "analytics", "marketing"]),
      name: v.string(),
      provider: v.string(),
      country: v.string(),
      items: v.array(
        v.object({
          name: v.string(),
          kind: v.picklist(["cookie", "local_storage", "session_storage"]),
          days: v.number(),
        }),
      ),
    }),
  ),
});
const NoticeFile = v.union([
  v.pipe(
    v.object({ notice: Notice }),
    v.transform(({ notice }) => notice),
  ),
  Notice,
]);

/** Lints FILE; 1 where there are errors. */
export async function lint(options: PolicyOptions): Promise<number> {
  const { file, policy, version, language, profiles, against } = options;
  const markdown = await readFile(file, "utf8");
  const findings = lintPolicy(markdown, {
    policy,
    language,
    version,
    profiles,
    notices: await Promise.all(options.notices.map(readNotice)),
    ...(against === undefined ? {} : { previous: await readFile(against, "utf8") }),
  });
  if (options.links) findings.push(...(await deadLinks(markdown, options.siteUrl)));
  for (const finding of findings.sort((a, b) => a.line - b.line)) {
    process.stdout.write(`${file}:${lineOf(finding)}\n`);
  }
  const errors = findings.filter(({ severity }) => severity === "error").length;
  process.stdout.write(`${count(errors, "error")}, ${count(findings.length - errors, "other finding")}.\n`);
  return errors === 0 ? 0 : 1;
}

function lineOf({ line, severity, rule, reason, suggestion }: Finding): string {
  return `${line}: ${severity} ${rule}: ${reason} ${suggestion}`;
}

async function readNotice(file: string) {
  const result = v.safeParse(NoticeFile, JSON.parse(await readFile(file, "utf8")));
  if (!result.success) throw new Misuse(`${file} is not what a site publishes (/c/SITE.json).`);
  return result.output;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
