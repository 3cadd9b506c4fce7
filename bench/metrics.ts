import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../local/built.ts";
import { databaseOf } from "../local/edge.ts";
import { type Edge, startEdge } from "../tests/product/place.ts";
import { Duck } from "../worker/metrics/fixtures/duck.ts";
import { Client } from "./client.ts";
import { measureIngest } from "./ingest.ts";
import { loadCalls } from "./load.ts";
import { type BenchQuestion, differences, questionsBefore } from "./questions.ts";

/**
 * `npm run bench:metrics -- [--calls 1000000] [--rounds 15] [--events 20000]`: loads two years of calls, checks the six
 * questions of a cold dashboard against DuckDB in this process, then prints medians of interleaved rounds
 * (ours over HTTP, one connection, plain workerd), the rows read, and the speed of ingest unless `--events 0`.
 * Exit code 1 when an answer is wrong; a missed speed is only said.
 */

const IST_MS = 5.5 * 3_600_000;
const DAY_MS = 86_400_000;
/** Both engines answer so often before it counts: until then the worker's code runs uncompiled. */
const WARM_UP = 20;

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "15" },
    events: { type: "string", default: "20000" },
  },
});
const count = Number(values.calls);
const say = (line: string) => process.stdout.write(`${line}\n`);
const end = Math.floor((Date.now() + IST_MS) / DAY_MS) * DAY_MS - IST_MS;

say(
  `${new Date().toISOString()} · ${cpus()[0]?.model}, ${cpus().length} cores · Node ${process.version} · load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}`,
);
await ensureBuilt();
const edge = await startEdge();
try {
  const duck = await Duck.open();
  await loadCalls(edge, duck, { end, count, say });
  await restart(edge);
  await answerQuestions(edge, duck);
  if (values.events !== "0") await measureIngest(edge, { end, events: Number(values.events), say });
} finally {
  await edge.stop();
}

/** What a first question of the day meets: nothing remembered in the worker. */
async function restart(edge: Edge): Promise<void> {
  edge.worker.kill("SIGTERM");
  await edge.restartWorker();
}

async function answerQuestions(edge: Edge, duck: Duck): Promise<void> {
  const questions = questionsBefore(end);
  const client = new Client(edge.url, 1);
  const headers = { authorization: `Bearer ${edge.credentials.first.keys.read}` };
  const ask = (question: BenchQuestion) =>
    client.ask({ method: "GET", path: `/api/v1/metrics/${question.path}`, headers });
  const rows = new Map<string, number>();
  for (const question of questions) {
    const before = await rowsRead(edge);
    const answer = JSON.parse(await ask(question));
    rows.set(question.name, (await rowsRead(edge)) - before);
    const wrong = differences(question.ours(answer), await question.duck(duck));
    if (wrong.length > 0) {
      process.exitCode = 1;
      say(`WRONG: ${question.name}\n${wrong.slice(0, 5).join("\n")}`);
    }
  }
  const times = new Map(
    questions.map(({ name }) => [name, { ours: [] as number[], theirs: [] as number[] }]),
  );
  for (let round = -WARM_UP; round < Number(values.rounds); round += 1) {
    for (const question of questions) {
      const ours = await timed(() => ask(question));
      const theirs = await timed(() => question.duck(duck));
      if (round < 0) continue;
      times.get(question.name)?.ours.push(ours);
      times.get(question.name)?.theirs.push(theirs);
    }
  }
  client.close();
  say(`\n| over HTTP, ${count.toLocaleString("en-IN")} calls | ours | DuckDB | ratio | goal | rows read |`);
  say("|---|---|---|---|---|---|");
  for (const { name, limit } of questions) {
    const { ours = [], theirs = [] } = times.get(name) ?? {};
    const goal = count >= 5_000_000 ? limit.large : limit.small;
    const ratio = median(ours) / median(theirs);
    say(
      `| ${name} | ${median(ours).toFixed(1)} ms | ${median(theirs).toFixed(1)} ms | ${ratio.toFixed(2)}× | ≤ ${goal}× | ${rows.get(name)} |`,
    );
  }
  const total = [...rows.values()].reduce((sum, one) => sum + one, 0);
  say(`| all six, cold | | | | ≤ 10,000 rows | ${total} |\n`);
}

async function rowsRead({ place }: Edge): Promise<number> {
  const { url, token } = databaseOf(place);
  const response = await fetch(`${url}/stats`, { headers: { authorization: `Bearer ${token}` } });
  const stats: { rows_read: number } = await response.json();
  return stats.rows_read;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
