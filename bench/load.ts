import { spawn } from "node:child_process";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Edge } from "../tests/product/place.ts";
import type { Duck } from "../worker/metrics/fixtures/duck.ts";
import { callsBefore } from "./calls.ts";

const LOADER = new URL("load-file.ts", import.meta.url).pathname;

/**
 * Loads two years of calls into an empty organisation and the same into DuckDB. The product's file is
 * written by a process of its own (load-file.ts) while its server is down.
 */
export async function loadCalls(
  edge: Edge,
  duck: Duck,
  { end, count, say }: { end: number; count: number; say: (line: string) => void },
): Promise<void> {
  edge.database.kill("SIGTERM");
  await edge.database.ended;
  const started = performance.now();
  const loader = spawn(process.execPath, [LOADER, edge.place.file("edge.db"), String(end), String(count)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const loaded = once(loader, "exit");
  for (const calls of callsBefore(end, count, 5000)) {
    await duck.add(calls);
    // DuckDB's values are freed between two turns only: millions of them at the end would hold up everything.
    await nextTurn();
  }
  const [code] = await loaded;
  if (code !== 0) throw new Error("the calls could not be loaded");
  const rate = Math.round((count / (performance.now() - started)) * 1000);
  say(`${count.toLocaleString("en-IN")} calls loaded, ${rate.toLocaleString("en-IN")}/s`);
  await edge.restartDatabase();
}
