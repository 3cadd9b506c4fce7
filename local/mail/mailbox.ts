import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";

/** Mail as it arrived: a file each, readable by its owner only, the newest last by name. */
export interface Mailbox {
  /** Stored when this returns. @returns its id */
  keep(raw: Buffer): string;
  /** Ids, the newest first. */
  ids(): string[];
  raw(id: string): Buffer | null;
  read(id: string): Promise<Email | null>;
}

const ENDING = ".eml";

export function openMailbox(folder: string): Mailbox {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let last = 0;
  const raw = (id: string): Buffer | null => {
    // An id is looked up, never a path made of it.
    const known = readdirSync(folder).find((name) => name === id + ENDING);
    return known === undefined ? null : readFileSync(join(folder, known));
  };
  return {
    keep(bytes) {
      // Two in one millisecond get two names in the order in which they came.
      last = Math.max(last + 1, Date.now() * 1000);
      const id = String(last);
      const file = join(folder, id + ENDING);
      writeFileSync(`${file}.new`, bytes, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return id;
    },
    ids: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith(ENDING))
        .map((name) => name.slice(0, -ENDING.length))
        .sort()
        .reverse(),
    raw,
    read: async (id) => {
      const bytes = raw(id);
      return bytes === null ? null : PostalMime.parse(bytes);
    },
  };
}
