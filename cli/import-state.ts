import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as v from "valibot";
import type { Position } from "./read-csv.ts";

/**
 * The record of one import, beside its file: who confirmed what, how far it came, and what became of the
 * lines. What it says was done is done; after a kill the rows behind it are sent again and count as duplicates.
 */
const ImportState = v.object({
  import_id: v.string(),
  file: v.object({ bytes: v.number(), sha256: v.string() }),
  /** SHA-256 of the mapping file; null without one. */
  mapping_sha256: v.nullable(v.string()),
  /** Where the calls went. */
  target: v.string(),
  confirmation: v.object({ statement: v.string(), at: v.string(), by: v.string() }),
  position: v.object({ offset: v.number(), line: v.number() }),
  counts: v.object({
    rows: v.number(),
    accepted: v.number(),
    duplicate: v.number(),
    stale: v.number(),
    rejected: v.number(),
  }),
  finished_at: v.nullable(v.string()),
});

export type ImportState = v.InferOutput<typeof ImportState>;
export type Counts = ImportState["counts"];

export const NO_COUNTS: Counts = { rows: 0, accepted: 0, duplicate: 0, stale: 0, rejected: 0 };

/** What makes two runs the same import. */
export type ImportIdentity = Pick<ImportState, "file" | "mapping_sha256" | "target">;

export function statePathOf(file: string): string {
  return `${file}.import.json`;
}

/** The unfinished import of exactly this file, mapping and target, or null. */
export function readUnfinished(path: string, identity: ImportIdentity): ImportState | null {
  if (!existsSync(path)) return null;
  const known = v.safeParse(ImportState, parsed(readFileSync(path, "utf8")));
  if (!known.success || known.output.finished_at !== null) return null;
  const { file, mapping_sha256, target } = known.output;
  const same =
    file.sha256 === identity.file.sha256 &&
    file.bytes === identity.file.bytes &&
    mapping_sha256 === identity.mapping_sha256 &&
    target === identity.target;
  return same ? known.output : null;
}

/** Written whole or not at all: a kill leaves the one before. */
export function writeState(path: string, state: ImportState): void {
  const draft = `${path}.new`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

export function movedTo(state: ImportState, position: Position, counts: Counts): ImportState {
  return { ...state, position, counts };
}

/** Null for a file of something else: then there is nothing to continue. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
