import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../db/migrate.ts";
import { type Credentials, ensureCredentials, type Secrets } from "../../local/credentials.ts";
import { openDataFolder } from "../../local/data-folder.ts";
import {
  bringUpDatabase,
  bringUpWorker,
  cronSocketOf,
  databaseOf,
  type Place,
  urlOf,
} from "../../local/edge.ts";
import { freePort } from "../../local/port.ts";
import { type Child, ringCron, stopAll } from "../../local/processes.ts";
import { seedDirectory } from "../../local/seed.ts";

/** The built worker and the database server, started directly: for tests that kill and restart them. */
export interface Edge {
  readonly url: string;
  readonly place: Place;
  readonly credentials: Credentials;
  worker: Child;
  database: Child;
  restartWorker(): Promise<void>;
  restartDatabase(): Promise<void>;
  stop(): Promise<void>;
}

/** An edge with the two local organisations and no calls, rate limits off, in a folder of its own. */
export async function startEdge(
  more: Partial<Pick<Place, "outboundLocal" | "mailUrl" | "mailDomainRate" | "trusted">> = {},
): Promise<Edge> {
  const path = mkdtempSync(join(tmpdir(), "callers360-edge-"));
  const folder = openDataFolder(path);
  const secrets: Secrets = {
    auth: randomBytes(32).toString("base64url"),
    ledger: randomBytes(32).toString("base64"),
    database: randomBytes(32).toString("base64url"),
  };
  const place: Place = {
    file: folder.file,
    port: await freePort(),
    databasePort: await freePort(),
    publicHost: "callers360.localhost",
    rateLimits: false,
    secrets,
    ...more,
  };
  const credentials = await ensureCredentials(folder);
  const url = urlOf(place);
  const started: Child[] = [];
  const bringUp = async () => {
    const database = await bringUpDatabase(place);
    started.push(database);
    await migrate(databaseOf(place));
    await seedDirectory(databaseOf(place), { credentials, origins: [url], publicHost: place.publicHost });
    const worker = await bringUpWorker(place);
    started.push(worker);
    await ringCron(cronSocketOf(place));
    return { database, worker };
  };
  const { database, worker } = await bringUp().catch(async (error: unknown) => {
    await stopAll(started);
    throw error;
  });
  const edge: Edge = {
    url,
    place,
    credentials,
    worker,
    database,
    restartWorker: async () => {
      await edge.worker.ended;
      edge.worker = await bringUpWorker(place);
    },
    restartDatabase: async () => {
      await edge.database.ended;
      edge.database = await bringUpDatabase(place);
    },
    stop: async () => {
      await stopAll([edge.worker, edge.database]);
      folder.unlock();
      rmSync(path, { recursive: true, force: true });
    },
  };
  return edge;
}
