import { type BlockChange, blockChanges } from "./block-changes.ts";
import { longestRising } from "./longest-rising.ts";
import type { Part, PolicyDocument, Section } from "./sections.ts";
import { type Run, similarity, wordRuns } from "./word-runs.ts";

/** What became of one section; `before` and `after` are null for the words above the first heading. */
export interface SectionChange {
  /** `formatting`: the words are the same, their markup is not. */
  readonly status: "same" | "changed" | "formatting" | "added" | "removed";
  readonly before: Section | null;
  readonly after: Section | null;
  /** It stands elsewhere among the sections that stayed. */
  readonly moved: boolean;
  readonly blocks: readonly BlockChange[];
}

export interface Difference {
  /** The documents' titles, where they differ. */
  readonly title: readonly Run[] | null;
  /** In the order of the newer text; a removed section stands where it stood. */
  readonly sections: readonly SectionChange[];
}

/** Compares two texts by section, and within a section word by word. */
export function differenceOf(before: PolicyDocument, after: PolicyDocument): Difference {
  const partners = matchParts(before.parts, after.parts);
  const stayed = new Set(longestRising(partners.filter((i) => i !== null)));
  const changes = after.parts.map((part, i): SectionChange => {
    const partner = partners[i] ?? null;
    const old = partner === null ? undefined : before.parts[partner];
    if (old === undefined || partner === null) return lone("added", part);
    return compare(old, part, !stayed.has(partner));
  });
  const removed = before.parts.flatMap((part, i) => (partners.includes(i) ? [] : [{ part, i }]));
  for (const { part, i } of removed)
    changes.splice(placeOf(i, before.parts, changes), 0, lone("removed", part));
  const title = before.title === after.title ? null : wordRuns(before.title ?? "", after.title ?? "");
  return { title, sections: changes };
}

function compare(old: Part, part: Part, moved: boolean): SectionChange {
  const blocks = blockChanges(old.blocks, part.blocks);
  const renamed = headingKey(old.section) !== headingKey(part.section);
  const rewritten = blocks.some((block) => block.kind !== "same");
  const status =
    renamed || rewritten || moved ? "changed" : old.source === part.source ? "same" : "formatting";
  return { status, before: old.section, after: part.section, moved, blocks };
}

function headingKey(section: Section | null): string {
  return section === null ? "" : `${section.number ?? ""} ${section.title}`;
}

function lone(status: "added" | "removed", part: Part): SectionChange {
  return {
    status,
    before: status === "removed" ? part.section : null,
    after: status === "added" ? part.section : null,
    moved: false,
    blocks: part.blocks.map((block) => ({ kind: status, block })),
  };
}

/** Right behind the nearest section before it that is still shown. */
function placeOf(i: number, parts: readonly Part[], changes: readonly SectionChange[]): number {
  for (let j = i - 1; j >= 0; j--) {
    const section = parts[j]?.section ?? null;
    const at = changes.findIndex((change) => change.status !== "added" && change.before === section);
    if (at >= 0) return at + 1;
  }
  return 0;
}

/** Alike enough to be the same section under the same number, or under any heading at all. */
const SAME_NUMBER = 0.4;
const ANY_HEADING = 0.6;

/**
 * For each new part the index of the old one it came from, or null: first by the same title, then by
 * the same number and like words, then by like words alone, the most alike first.
 */
function matchParts(old: readonly Part[], parts: readonly Part[]): (number | null)[] {
  const partners: (number | null)[] = parts.map(() => null);
  const free = new Set(old.keys());
  const pair = (i: number, j: number) => {
    partners[i] = j;
    free.delete(j);
  };
  parts.forEach((part, i) => {
    const j = [...free].find((at) => titleKey(old[at]) === titleKey(part));
    if (j !== undefined) pair(i, j);
  });
  for (const [least, sameNumber] of [
    [SAME_NUMBER, true],
    [ANY_HEADING, false],
  ] as const) {
    const candidates = parts.flatMap((part, i) =>
      partners[i] !== null
        ? []
        : [...free]
            .filter((j) => !sameNumber || numberKey(old[j]) === numberKey(part))
            .map((j) => ({ i, j, alike: similarity(wordsOf(old[j]), wordsOf(part)) }))
            .filter(({ alike }) => alike >= least),
    );
    for (const { i, j } of candidates.sort((a, b) => b.alike - a.alike)) {
      if (partners[i] === null && free.has(j)) pair(i, j);
    }
  }
  return partners;
}

function titleKey(part: Part | undefined): string {
  return part?.section?.title.toLowerCase().replaceAll(/\s+/g, " ") ?? "";
}

function numberKey(part: Part | undefined): string {
  return part?.section?.number ?? "";
}

function wordsOf(part: Part | undefined): string {
  return part?.blocks.map((block) => block.text).join("\n") ?? "";
}
