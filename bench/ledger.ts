import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../local/built.ts";
import { startEdge } from "../tests/product/place.ts";
import { measureBrowser } from "./ledger-browser.ts";
import {
  type LoadedEdge,
  measureFlatness,
  measureRecovery,
  measureStorage,
  type Options,
} from "./ledger-flatness.ts";
import { loadConsents } from "./ledger-load.ts";
import { measureThroughput } from "./ledger-throughput.ts";

/**
 * `npm run bench:ledger -- [--small 10000] [--big 1000000] [--rounds 41] [--requests 2000]`: two logs in
 * edges of their own, then what one operation costs in each, recovery, storage, consents per second against
 * an empty Durable Object, and a receipt's check in Chromium. Speeds are only said; best read as ratios.
 */
const { values } = parseArgs({
  options: {
    small: { type: "string", default: "10000" },
    big: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "41" },
    requests: { type: "string", default: "2000" },
  },
});
const options: Options = {
  rounds: Number(values.rounds),
  say: (line) => process.stdout.write(`${line}\n`),
};

options.say(
  `${new Date().toISOString()} · ${cpus()[0]?.model}, ${cpus().length} cores · Node ${process.version}`,
);
await ensureBuilt();
const small = await loadedEdge(Number(values.small));
const big = await loadedEdge(Number(values.big)).catch(async (error: unknown) => {
  await small.edge.stop();
  throw error;
});
try {
  await measureStorage(small, big, options);
  await measureRecovery(big, options);
  await measureFlatness(small, big, options);
  await measureThroughput(big, Number(values.requests), options);
  await measureBrowser(big, options);
} finally {
  await small.edge.stop();
  await big.edge.stop();
}

async function loadedEdge(count: number): Promise<LoadedEdge> {
  const edge = await startEdge();
  try {
    return { edge, loaded: await loadConsents(edge, count, options.say) };
  } catch (error) {
    await edge.stop();
    throw error;
  }
}
