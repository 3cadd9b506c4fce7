import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as v from "valibot";
import type { DatabaseAddress } from "../db/client.ts";
import { migrate } from "../db/migrate.ts";
import type { DatabaseGroup } from "../db/places.ts";
import { ensureSecrets } from "../local/credentials.ts";
import { type DataFolder, openDataFolder } from "../local/data-folder.ts";
import { localGroup } from "../local/org-databases.ts";
import { holdPort } from "../local/port.ts";
import { type Child, startDatabase, stopAll, watchOver } from "../local/processes.ts";
import { Refusal } from "../local/refusal.ts";
import { Misuse } from "./misuse.ts";

/** `database.json` of a running start. */
const RunningDatabase = v.object({ url: v.string(), token: v.string() });

/** A database of the local product, and how to let go of it. */
export interface LocalDatabase {
  readonly address: DatabaseAddress;
  /** Where organisations may have databases of their own. */
  readonly group: DatabaseGroup;
  release(): Promise<void>;
}

/**
 * The database of a data folder: of the product that runs on it, or started for this command alone.
 * @throws Misuse when there is none, or the running one cannot be found
 */
export async function openLocalDatabase(dataFolder: string): Promise<LocalDatabase> {
  const path = resolve(dataFolder);
  if (!existsSync(join(path, "edge.db"))) {
    throw new Misuse(
      `${path} holds no database yet: run npm start once, or name another folder with --data-dir.`,
    );
  }
  let folder: DataFolder;
  try {
    folder = openDataFolder(path);
  } catch (error) {
    if (error instanceof Refusal) return runningDatabase(path, error);
    throw error;
  }
  return ownDatabase(folder);
}

function runningDatabase(path: string, refusal: Refusal): LocalDatabase {
  const file = join(path, "database.json");
  if (!existsSync(file)) throw new Misuse(refusal.message);
  const address = v.parse(RunningDatabase, JSON.parse(readFileSync(file, "utf8")));
  return { address, group: localGroup(address), release: async () => {} };
}

async function ownDatabase(folder: DataFolder): Promise<LocalDatabase> {
  const held = await holdPort(0);
  await held.release();
  const token = ensureSecrets(folder).database;
  const database: Child = await startDatabase({ port: held.port, file: folder.file("edge.db"), token });
  watchOver([database]);
  const address = { url: `http://127.0.0.1:${held.port}`, token };
  await migrate(address);
  return {
    address,
    group: localGroup(address),
    release: async () => {
      await stopAll([database]);
      folder.unlock();
    },
  };
}
