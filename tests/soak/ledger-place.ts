import { bringUpWorker, databaseOf, type Place, urlOf } from "../../local/edge.ts";
import { freePort } from "../../local/port.ts";
import type { Child } from "../../local/processes.ts";
import { type FaultyLine, startFaultyLine } from "../../worker/ledger/fixtures/faulty-line.ts";
import { type Edge, startEdge } from "../product/place.ts";

/** One database, and two workers that both believe to be the only one: each has its own sequencer of every log. */
export interface LedgerPlace {
  readonly edge: Edge;
  /** Both workers reach the database through it; it loses commits only. */
  readonly line: FaultyLine;
  readonly second: SecondWorker;
  stop(): Promise<void>;
}

export interface SecondWorker {
  readonly url: string;
  child: Child;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The statement that every commit begins with. */
const COMMIT = "INTO log_commit";

export async function startLedgerPlace(): Promise<LedgerPlace> {
  const edge = await startEdge();
  const line = await startFaultyLine(databaseOf(edge.place).url, COMMIT);
  edge.restartWorker = async () => {
    await edge.worker.ended;
    edge.worker = await bringUpWorker(edge.place, line.url);
  };
  edge.worker.kill("SIGTERM");
  await edge.restartWorker();
  const second = await startSecond(edge.place, line.url);
  return {
    edge,
    line,
    second,
    stop: async () => {
      await second.stop();
      await edge.stop();
      await line.close();
    },
  };
}

async function startSecond(first: Place, databaseUrl: string): Promise<SecondWorker> {
  const place: Place = {
    ...first,
    port: await freePort(),
    file: (name) => first.file(`second-${name}`),
  };
  const second: SecondWorker = {
    url: urlOf(place),
    child: await bringUpWorker(place, databaseUrl),
    start: async () => {
      await second.child.ended;
      second.child = await bringUpWorker(place, databaseUrl);
    },
    stop: async () => {
      second.child.kill("SIGTERM");
      await second.child.ended;
    },
  };
  return second;
}
