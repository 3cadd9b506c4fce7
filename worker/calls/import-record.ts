import * as v from "valibot";
import type { AuditEntry } from "../accounts/audit.ts";
import { plainText } from "../http/fields.ts";

const Rows = v.pipe(v.number(), v.integer("must be a whole number."), v.minValue(0), v.maxValue(1e12));

/** What became of an imported file's rows. */
const ImportedRows = v.strictObject({
  rows: Rows,
  accepted: Rows,
  duplicate: Rows,
  stale: Rows,
  rejected: Rows,
});

/** An import of a file of calls, by whoever confirmed the right to provide them; `rows` once it is finished. */
export const ImportRecord = v.strictObject({
  import_id: v.pipe(
    v.string("must be a string."),
    v.regex(/^imp_[0-9a-f-]{36}$/, "must be imp_ and a UUID in lower case."),
  ),
  /** Of the file. */
  sha256: v.pipe(v.string("must be a string."), v.regex(/^[0-9a-f]{64}$/, "must be 64 digits of 0-9 a-f.")),
  confirmed_by: v.pipe(
    v.string("must be a string."),
    v.minLength(1, "must not be empty."),
    v.maxLength(128, "must have at most 128 characters."),
    plainText,
  ),
  rows: v.optional(ImportedRows),
});
export type ImportRecord = v.InferOutput<typeof ImportRecord>;

/**
 * The line for the audit log: one when an import begins, one when it is finished; the same again is no other.
 * @param actor who sent it: a key, or whoever has the database
 * @param at UTC ms
 */
export function auditOfImport(record: ImportRecord, org: string, actor: string, at: number): AuditEntry {
  const { import_id: id, sha256, confirmed_by, rows } = record;
  const file = `sha256:${sha256}`;
  if (rows === undefined) {
    const target = `${file}, right to provide confirmed by ${confirmed_by}`;
    return { id, org, at, actor, action: "calls.import", target };
  }
  const counts = `${rows.accepted} accepted, ${rows.duplicate} there already, ${rows.stale} older, ${rows.rejected} rejected`;
  const target = `${file}, ${rows.rows} rows: ${counts}`;
  return { id: `${id}_finished`, org, at, actor, action: "calls.imported", target };
}
