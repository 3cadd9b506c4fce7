import type { BlockChange } from "./block-changes.ts";
import type { Difference, SectionChange } from "./difference.ts";
import { headingNow, wordsFor } from "./difference-page.ts";
import type { Run } from "./word-runs.ts";

/** What changed, by section, as plain text: each change is said in words, so that none is a matter of looks. */
export function differenceText({ title, sections }: Difference): string {
  const unchanged = sections.filter((section) => section.status === "same");
  return [
    ...(title === null ? [] : [`Title: ${title.map(marked).join("")}`]),
    ...sections.filter((section) => section.status !== "same").map(sectionText),
    ...(unchanged.length === 0 ? [] : [`Unchanged: ${unchanged.map(headingNow).join("; ")}.`]),
  ].join("\n\n");
}

function sectionText(change: SectionChange): string {
  const heading = headingNow(change);
  const blocks = change.blocks.some((block) => block.kind !== "same") ? change.blocks.map(blockText) : [];
  return [`${heading}\n${"-".repeat(Math.min(heading.length, 60))}`, `(${wordsFor(change)})`, ...blocks].join(
    "\n\n",
  );
}

function blockText(change: BlockChange): string {
  const { marker, depth, text } = change.block;
  const runs: readonly Run[] = change.kind === "changed" ? change.runs : [{ kind: change.kind, text }];
  return `${"  ".repeat(depth)}${marker === "" ? "" : `${marker} `}${runs.map(marked).join("")}`;
}

/** The spaces at its ends stay outside the brackets. */
function marked({ kind, text }: Run): string {
  if (kind === "same") return text;
  const words = text.trim();
  if (words === "") return text;
  const [before, after] = text.split(words, 2);
  return `${before}[${kind}: ${words}]${after}${kind === "removed" && after === "" ? " " : ""}`;
}
