import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { batchRequest } from "../db/hrana.ts";
import { ensureBuilt } from "../local/built.ts";
import { databaseOf } from "../local/edge.ts";
import { type Edge, startEdge } from "../tests/product/place.ts";
import { Duck } from "../worker/metrics/fixtures/duck.ts";
import { median } from "./client.ts";
import { measureIngest } from "./ingest.ts";
import { loadCalls } from "./load.ts";
import { type BenchQuestion, differences, questionsBefore } from "./questions.ts";
import { Wire } from "./wire.ts";

/**
 * `npm run bench:metrics -- [--calls 1000000] [--rounds 15] [--events 20000]`: loads two years of calls, checks the six
 * questions of a cold dashboard against DuckDB in this process, then prints medians of interleaved rounds
 * (ours over HTTP, one connection, plain workerd), the floors below them, the rows read, and the speed of ingest
 * unless `--events 0`. Exit code 1 when an answer is wrong; a missed speed is only said.
 */

const IST_MS = 5.5 * 3_600_000;
const DAY_MS = 86_400_000;
/** Both engines answer so often in turns before it counts. */
const WARM_UP = 20;
/** Before that each of our questions so often: until then worker and database server run uncompiled. */
const COMPILED_AFTER = 200;

const NO_TIME = "from=1999-01-01T00:00:00Z&to=1999-01-02T00:00:00Z";

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
  const { url, token } = databaseOf(edge.place);
  const [worker, database] = [await Wire.open(edge.url), await Wire.open(url)];
  const headers = { authorization: `Bearer ${edge.credentials.first.keys.read}` };
  const ask = ({ path }: BenchQuestion) => worker.get(`/api/v1/metrics/${path}`, headers);
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
  // What no answer can be quicker than here: HTTP through the worker, and one statement's way there and back.
  const trivial = batchRequest(["SELECT 1"], "read");
  const bearer = { authorization: `Bearer ${token}` };
  const floors = [
    { name: "floor: empty route of the worker", ask: () => worker.get("/healthz") },
    {
      name: "floor: SELECT 1, the database server alone",
      ask: () => database.post("/v2/pipeline", bearer, trivial),
    },
    {
      // Before the time from which calls are taken: only the key, the zone and the head are asked for.
      name: "floor: a question without an answer",
      ask: () => worker.get(`/api/v1/metrics/summary?${NO_TIME}`, headers),
    },
  ].map((floor) => ({ ...floor, times: [] as number[] }));
  const asked = questions.map((question) => ({
    question,
    ours: [] as number[],
    theirs: [] as number[],
  }));
  for (let time = 0; time < COMPILED_AFTER; time += 1) {
    for (const { ask } of floors) await ask();
    for (const question of questions) await ask(question);
  }
  for (let round = -WARM_UP; round < Number(values.rounds); round += 1) {
    for (const { question, ours, theirs } of asked) {
      const took = await timed(() => ask(question));
      const theirTime = await timed(() => question.duck(duck));
      if (round < 0) continue;
      ours.push(took);
      theirs.push(theirTime);
    }
    for (const [index, { ask, times }] of floors.entries()) {
      const took = await timed(ask);
      // What was asked of DuckDB in between decides what the processor still has at hand.
      await questions[index]?.duck(duck);
      if (round >= 0) times.push(took);
    }
  }
  worker.close();
  database.close();
  say(`\n| over HTTP, ${count.toLocaleString("en-IN")} calls | ours | DuckDB | ratio | goal | rows read |`);
  say("|---|---|---|---|---|---|");
  for (const { question, ours, theirs } of asked) {
    const { name, limit } = question;
    const goal = count >= 5_000_000 ? limit.large : limit.small;
    const ratio = median(ours) / median(theirs);
    say(
      `| ${name} | ${median(ours).toFixed(1)} ms | ${median(theirs).toFixed(1)} ms | ${ratio.toFixed(2)}× | ≤ ${goal}× | ${rows.get(name)} |`,
    );
  }
  const today = median(asked[0]?.theirs ?? []);
  for (const { name, times } of floors) {
    say(
      `| ${name} | ${median(times).toFixed(1)} ms | | ${(median(times) / today).toFixed(2)}× of today | | |`,
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
