import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startDatabaseServer } from "../db/dev-server/server.ts";
import { migrate } from "../db/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

/** One real database for all tests in workerd: each makes organisations of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "callers360-workerd-"));
  const server = await startDatabaseServer({ port: 0, dataFile: join(folder, "edge.db") });
  await migrate({ url: server.url });
  project.provide("databaseUrl", server.url);
  return async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
}
