import { statSync } from "node:fs";
import { databaseOf } from "../local/edge.ts";
import { DEMO } from "../local/seed.ts";
import { newChoice, newKey, publishedNotice } from "../tests/product/consent-visitor.ts";
import type { Edge } from "../tests/product/place.ts";
import { pause } from "../tests/product/under-kills.ts";
import { Client, median, type Question } from "./client.ts";
import type { Loaded } from "./ledger-load.ts";

/** An edge with its loaded log. */
export interface LoadedEdge {
  readonly edge: Edge;
  readonly loaded: Loaded;
}

export interface Options {
  readonly rounds: number;
  say(line: string): void;
}

type Make = (one: LoadedEdge, round: number) => Question;

const WARM_UP = 5;
/** What a millionth consent costs may be this much more than the ten-thousandth. */
const GOAL = 1.2;

/** Latency of each operation at both sizes, in rounds that take turns; then the rows that one of each reads. */
export async function measureFlatness(small: LoadedEdge, big: LoadedEdge, options: Options): Promise<void> {
  const { rounds, say } = options;
  const operations = await operationsFor(small.edge);
  const clients = { small: new Client(small.edge.url, 1), big: new Client(big.edge.url, 1) };
  await warmReceipts(small, clients.small);
  await warmReceipts(big, clients.big);
  say(
    `\n| one at a time, median of ${rounds} | at ${count(small)} | at ${count(big)} | ratio | goal | rows read |`,
  );
  say("|---|---|---|---|---|---|");
  for (const [name, make] of operations) {
    const times = { small: [] as number[], big: [] as number[] };
    for (let round = -WARM_UP; round < rounds; round += 1) {
      const turns = round % 2 === 0 ? (["small", "big"] as const) : (["big", "small"] as const);
      for (const which of turns) {
        const question = make(which === "small" ? small : big, round);
        const begun = performance.now();
        await clients[which].ask(question);
        if (round >= 0) times[which].push(performance.now() - begun);
      }
    }
    const [few, many] = [median(times.small), median(times.big)];
    const ratio = many / few;
    const rows = [await rowsRead(small, clients.small, make), await rowsRead(big, clients.big, make)];
    say(
      `| ${name} | ${few.toFixed(1)} ms | ${many.toFixed(1)} ms | ${ratio.toFixed(2)}× | ≤ ${GOAL}×${ratio > GOAL ? " missed" : ""} | ${rows[0]} and ${rows[1]} |`,
    );
  }
  for (const client of Object.values(clients)) client.close();
}

/** Receipts from all over the log, as an isolate that has served for a while has seen them. */
async function warmReceipts({ loaded }: LoadedEdge, client: Client): Promise<void> {
  const tile = 256 ** 2;
  for (let index = 0; index < loaded.size; index += tile) {
    await client.ask({ method: "GET", path: `/log/${DEMO.log}/receipt/${index}.tlog-proof` });
  }
}

async function operationsFor(edge: Edge): Promise<readonly (readonly [string, Make])[]> {
  const published = await publishedNotice(edge.url, DEMO.site);
  return [
    [
      "append (POST consent)",
      (one) => ({
        method: "POST",
        path: `/api/v1/consent/${DEMO.site}`,
        headers: { origin: one.edge.url, "idempotency-key": newKey() },
        body: JSON.stringify(newChoice(published)),
      }),
    ],
    [
      "receipt",
      (one) => ({
        method: "GET",
        path: `/log/${DEMO.log}/receipt/${Math.floor(Math.random() * one.loaded.size)}.tlog-proof`,
      }),
    ],
    [
      "state (GET consent)",
      ({ loaded: { visitors } }, round) => {
        const visitor = visitors[(round + WARM_UP) % visitors.length];
        if (visitor === undefined) throw new Error("nobody was loaded");
        return {
          method: "GET",
          path: `/api/v1/consent/${DEMO.site}/${visitor.consent_id}`,
          headers: { authorization: `Consent ${visitor.secret}` },
        };
      },
    ],
    ["checkpoint", () => ({ method: "GET", path: `/log/${DEMO.log}/checkpoint` })],
  ];
}

/** Of one request, on a database that does nothing else. The server's count is an upper bound. */
async function rowsRead(one: LoadedEdge, client: Client, make: Make): Promise<number> {
  const before = (await databaseStats(one.edge)).rows_read;
  await client.ask(make(one, 0));
  return (await databaseStats(one.edge)).rows_read - before;
}

/** The counters of the local database server. */
export async function databaseStats(
  edge: Edge,
): Promise<{ write_transactions: number; read_transactions: number; rows_read: number }> {
  const { url, token } = databaseOf(edge.place);
  return fetch(`${url}/stats`, { headers: { authorization: `Bearer ${token}` } }).then((r) => r.json());
}

/** From a killed worker to the first commit of its successor over what is there. */
export async function measureRecovery({ edge, loaded }: LoadedEdge, { say }: Options): Promise<void> {
  const published = await publishedNotice(edge.url, DEMO.site);
  edge.worker.kill("SIGKILL");
  const killed = performance.now();
  await edge.restartWorker();
  const up = performance.now();
  const client = new Client(edge.url, 1);
  await client.ask({
    method: "POST",
    path: `/api/v1/consent/${DEMO.site}`,
    headers: { origin: edge.url, "idempotency-key": newKey() },
    body: JSON.stringify(newChoice(published)),
  });
  client.close();
  const committed = performance.now();
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  say(
    `\nRecovery over ${loaded.size.toLocaleString("en")} leaves: kill to the first commit ${seconds(committed - killed)} s (goal ≤ 2 s), ${seconds(committed - up)} s of it after the worker listens.`,
  );
}

/** What the bigger database holds more, over the consents that it holds more. */
export async function measureStorage(small: LoadedEdge, big: LoadedEdge, { say }: Options): Promise<void> {
  // The server empties its write-ahead log a second after the last commit.
  await pause(2500);
  const bytes = ({ edge }: LoadedEdge) => statSync(edge.place.file("edge.db")).size;
  const each = (bytes(big) - bytes(small)) / (big.loaded.size - small.loaded.size);
  say(
    `Storage: ${Math.round(each)} bytes a consent (record, state, grant, leaf, tiles and their indices), ${(bytes(big) / 2 ** 20).toFixed(0)} MiB in all.`,
  );
}

function count({ loaded }: LoadedEdge): string {
  return loaded.size.toLocaleString("en");
}
