import { DEMO } from "../local/seed.ts";
import { newChoice, newKey, publishedNotice } from "../tests/product/consent-visitor.ts";
import { askAll, Client, median, type Question } from "./client.ts";
import { startEmptyObject } from "./ledger-empty-object.ts";
import { databaseStats, type LoadedEdge, type Options } from "./ledger-flatness.ts";

const IN_FLIGHT = 256;
const ROUNDS = 5;

/** Consents per second against bare round trips to an empty Durable Object, in rounds that take turns. */
export async function measureThroughput(
  { edge }: LoadedEdge,
  requests: number,
  { say }: Options,
): Promise<void> {
  const published = await publishedNotice(edge.url, DEMO.site);
  const questions = (): Question[] =>
    Array.from({ length: requests }, () => ({
      method: "POST",
      path: `/api/v1/consent/${DEMO.site}`,
      headers: { origin: edge.url, "idempotency-key": newKey() },
      body: JSON.stringify(newChoice(published)),
    }));
  const empty = await startEmptyObject();
  const clients = { ours: new Client(edge.url, IN_FLIGHT), bare: new Client(empty.url, IN_FLIGHT) };
  try {
    await askAll(clients.bare, questions(), IN_FLIGHT);
    await askAll(clients.ours, questions(), IN_FLIGHT);
    const rounds: { ours: number; bare: number; reads: number; writes: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const bare = requests / (await askAll(clients.bare, questions(), IN_FLIGHT));
      const before = await databaseStats(edge);
      const ours = requests / (await askAll(clients.ours, questions(), IN_FLIGHT));
      const after = await databaseStats(edge);
      const per = 1000 / requests;
      rounds.push({
        ours,
        bare,
        reads: (after.read_transactions - before.read_transactions) * per,
        writes: (after.write_transactions - before.write_transactions) * per,
      });
    }
    const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick));
    const ratio = of(({ ours, bare }) => ours / bare);
    const [reads, writes] = [of((round) => round.reads), of((round) => round.writes)];
    say(`\n| ${IN_FLIGHT} in flight, median of ${ROUNDS} rounds of ${requests} | | goal |`);
    say("|---|---|---|");
    say(`| acknowledged consents | ${Math.round(of(({ ours }) => ours))}/s | |`);
    say(`| round trips to an empty Durable Object | ${Math.round(of(({ bare }) => bare))}/s | |`);
    say(`| ratio, each round's own | ${ratio.toFixed(2)}× | ≥ 0.5×${ratio < 0.5 ? " missed" : ""} |`);
    say(
      `| database batches per 1,000 consents | ${reads.toFixed(0)} read + ${writes.toFixed(0)} write | ≤ 20${reads + writes > 20 ? " missed" : ""} |`,
    );
  } finally {
    for (const client of Object.values(clients)) client.close();
    await empty.stop();
  }
}
