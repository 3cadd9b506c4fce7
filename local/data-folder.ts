import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Database from "libsql";
import { Refusal } from "./refusal.ts";

/** The folder that holds all state of a local start, locked against a second one. */
export interface DataFolder {
  readonly path: string;
  file(name: string): string;
  /** Parsed JSON of a file in the folder, or null where it is missing. */
  readJson(name: string): unknown;
  /** Written whole or not at all, readable by its owner only. */
  writeJson(name: string, value: unknown): void;
  unlock(): void;
}

/**
 * Makes, checks and locks the folder. The lock is a transaction on a file of its own, so that the
 * kernel takes it back whatever way the process ends.
 * @throws Refusal when it cannot be written or another start holds it
 */
export function openDataFolder(path: string): DataFolder {
  try {
    makeFolder(path);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch {
    throw new Refusal(`The data folder ${path} cannot be written; choose another with DATA_DIR.`);
  }
  const file = (name: string) => join(path, name);
  const lock = takeLock(file("lock"), path);
  return {
    path,
    file,
    readJson: (name) => (existsSync(file(name)) ? JSON.parse(readFileSync(file(name), "utf8")) : null),
    writeJson: (name, value) => {
      const draft = file(`${name}.new`);
      writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
      chmodSync(draft, 0o600);
      renameSync(draft, file(name));
    },
    unlock: () => lock.close(),
  };
}

/** Not mkdirSync's `recursive`, which never returns where a file system says ENOENT of a folder that is there, as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function takeLock(file: string, folder: string): Database.Database {
  let database: Database.Database;
  try {
    database = new Database(file, { timeout: 0 });
  } catch {
    throw new Refusal(`The data folder ${folder} cannot be written; choose another with DATA_DIR.`);
  }
  try {
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch {
    database.close();
    throw new Refusal(
      `Another start is already running on the data folder ${folder}; stop it, or choose another with DATA_DIR.`,
    );
  }
}
