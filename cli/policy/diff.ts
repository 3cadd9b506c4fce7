import { readFile } from "node:fs/promises";
import type { BlockChange } from "../../worker/policy/block-changes.ts";
import { differenceOf, type SectionChange } from "../../worker/policy/difference.ts";
import { headingWords, readDocument } from "../../worker/policy/sections.ts";
import type { Run } from "../../worker/policy/word-runs.ts";
import { askingDeployment, Refused } from "./api.ts";
import type { PolicyOptions } from "./options.ts";

/** Says what FILE changes, word by word: `[-gone-]` and `{+new+}`, as wdiff writes it. */
export async function diff(options: PolicyOptions): Promise<number> {
  const after = await readFile(options.file, "utf8");
  if (options.against !== undefined) return say(await readFile(options.against, "utf8"), after);
  return askingDeployment(options, async (api) => {
    const inForce = await api.inForce();
    const before = inForce === null ? null : await api.read(inForce);
    if (before?.version.markdown === undefined) {
      throw new Refused(404, [`No version of ${options.policy} is in force: name a file with --against.`]);
    }
    process.stdout.write(`Compared with ${before.version.version}, which is in force.\n\n`);
    return say(before.version.markdown, after);
  });
}

function say(before: string, after: string): number {
  const { title, sections } = differenceOf(readDocument(before), readDocument(after));
  const changed = sections.filter(({ status }) => status !== "same");
  const parts = [
    ...(title === null ? [] : [`Title: ${marked(title)}`]),
    ...changed.map((section) =>
      [`## ${headingOf(section)} (${wordsFor(section)})`, ...section.blocks.flatMap(blockOf)].join("\n"),
    ),
  ];
  process.stdout.write(parts.length === 0 ? "Both say the same.\n" : `${parts.join("\n\n")}\n`);
  return 0;
}

function headingOf({ before, after }: SectionChange): string {
  const section = after ?? before;
  return section === null ? "Before the first section" : headingWords(section);
}

function wordsFor({ status, moved, before, after }: SectionChange): string {
  const renumbered = before !== null && after !== null && before.number !== after.number;
  return [
    status,
    ...(renumbered ? [`was section ${before.number ?? "without a number"}`] : []),
    ...(moved ? ["moved"] : []),
  ].join(", ");
}

/** What stayed the same is left out. */
function blockOf(change: BlockChange): string[] {
  if (change.kind === "same") return [];
  const { marker, text } = change.block;
  const runs = change.kind === "changed" ? change.runs : [{ kind: change.kind, text }];
  return [`${marker === "" ? "" : `${marker} `}${marked(runs)}`];
}

function marked(runs: readonly Run[]): string {
  return runs
    .map(({ kind, text }) => (kind === "same" ? text : kind === "added" ? `{+${text}+}` : `[-${text}-]`))
    .join("");
}
