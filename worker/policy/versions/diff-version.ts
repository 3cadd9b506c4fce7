import type { Database } from "../../../db/client.ts";
import { notFound } from "../../http/problem.ts";
import type { BlockChange } from "../block-changes.ts";
import { differenceOf } from "../difference.ts";
import { predecessorOf } from "../in-force.ts";
import { readDocument, type Section } from "../sections.ts";
import { parseVersionName } from "../version.ts";
import type { Run } from "../word-runs.ts";
import type { DraftKey } from "./queries.ts";
import { readState, type VersionState } from "./state.ts";

/**
 * What a version or draft changes.
 * @param against another published version; unless told, of a draft the one in force, of a version the
 * one it follows
 * @throws Problem 404 where one of the two is missing
 */
export async function diffVersion(
  database: Database,
  key: DraftKey,
  against: string | undefined,
  now: number,
) {
  const named = against === undefined ? [] : [parseVersionName(against)].filter((name) => name !== null);
  let state = await readState(database, key, now, named);
  const name = against ?? baseOf(state);
  if (name !== null && !state.texts.has(name)) {
    const other = parseVersionName(name);
    if (other !== null) state = await readState(database, key, now, [other]);
  }
  const after = state.markdown ?? state.draft?.markdown;
  const before = name === null ? undefined : state.texts.get(name);
  if (after === undefined || name === null || before === undefined) throw notFound("version to compare");
  const { title, sections } = differenceOf(readDocument(before), readDocument(after));
  return {
    from: name,
    to: key.version,
    title,
    sections: sections.map((section) => ({
      status: section.status,
      before: headingOf(section.before),
      after: headingOf(section.after),
      moved: section.moved,
      blocks: section.blocks.map(blockOf),
    })),
  };
}

function baseOf({ published, versions, inForce }: VersionState): string | null {
  if (published === null) return inForce?.version ?? null;
  return predecessorOf(published, versions)?.version ?? null;
}

function headingOf(section: Section | null) {
  return section === null ? null : { id: section.id, number: section.number, title: section.title };
}

function blockOf(change: BlockChange): {
  kind: BlockChange["kind"];
  marker: string;
  depth: number;
  runs: readonly Run[];
} {
  const { marker, depth, text } = change.block;
  return {
    kind: change.kind,
    marker,
    depth,
    runs: change.kind === "changed" ? change.runs : [{ kind: change.kind, text }],
  };
}
