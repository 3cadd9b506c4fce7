import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type DatabaseServer, type ServerOptions, startDatabaseServer } from "./server.ts";

/** A folder of its own for one test, gone afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dev-server-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A server on an empty file of its own, closed after the test. */
export async function startForTest(options: Partial<ServerOptions> = {}): Promise<DatabaseServer> {
  const dataFile = options.dataFile ?? join(temporaryFolder(), "data.db");
  const server = await startDatabaseServer({ port: 0, ...options, dataFile });
  onTestFinished(() => server.close());
  return server;
}

/** Posts to the server as no client would have to: the body as it is given. */
export async function post(server: DatabaseServer, path: string, body: unknown, headers: HeadersInit = {}) {
  const response = await fetch(server.url + path, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, text, json: isJson ? JSON.parse(text) : undefined };
}

/** One pipeline request; its results, and the baton for the next. */
export async function pipeline(
  server: DatabaseServer,
  requests: readonly object[],
  { baton = null, version = 3 }: { baton?: string | null; version?: 2 | 3 } = {},
) {
  const { status, json, text } = await post(server, `/v${version}/pipeline`, { baton, requests });
  if (status !== 200) throw new Error(`HTTP ${status}: ${text}`);
  return { baton: json.baton, results: json.results };
}

/** An execute request with arguments in Hrana's form. */
export function execute(sql: string, ...args: readonly object[]) {
  return { type: "execute", stmt: { sql, args } };
}

/** Executes one statement on a stream of its own and gives its result. */
export async function query(server: DatabaseServer, sql: string, ...args: readonly object[]) {
  const { results } = await pipeline(server, [execute(sql, ...args), { type: "close" }]);
  if (results[0].type !== "ok") throw new Error(results[0].error.message);
  return results[0].response.result;
}
