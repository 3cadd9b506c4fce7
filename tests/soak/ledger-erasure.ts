import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { loadConsents } from "../../bench/ledger-load.ts";
import { openDatabase } from "../../db/client.ts";
import { ensureBuilt } from "../../local/built.ts";
import { databaseOf } from "../../local/edge.ts";
import { DEMO } from "../../local/seed.ts";
import { verifyReceipt } from "../../worker/ledger/verify-receipt.ts";
import { startEdge } from "../product/place.ts";
import { pause } from "../product/under-kills.ts";
import { type Sought, saltsOf, tracesIn } from "./erased-bytes.ts";

/**
 * `npm run soak:erasure -- [--visitors 1000000]`: erases every visitor of a large log by the product's own
 * route while the worker and the database are killed; then every receipt that is tried must hold, and no byte
 * of a record or salt may be in any file of the database. Exit code 1 where it is otherwise. Meanwhile somebody
 * else asks for the database's one write lock again and again, and says how long it was waited for.
 */
const { values } = parseArgs({ options: { visitors: { type: "string", default: "1000000" } } });
const visitors = Number(values.visitors);
const say = (line: string) => process.stdout.write(`${line}\n`);
const SAMPLES = 100;

await ensureBuilt();
const edge = await startEdge();
try {
  await loadConsents(edge, visitors, say);
  const salts = await saltsOf(databaseOf(edge.place), DEMO.log);
  say(
    `${salts.both.size.toLocaleString("en")} salts to look for; before: ${JSON.stringify(await traces(salts))}`,
  );
  const before = await receipts();

  const begun = performance.now();
  const waits: number[] = [];
  const neighbour = waitForLock(waits);
  let [erased, calls, broken] = [0, 0, 0];
  for (let done = false; !done; calls += 1) {
    const struck = [2, 4, 6].includes(calls) ? strike(calls === 4) : Promise.resolve();
    const answer = await eraseMore();
    await struck;
    if (answer === null) broken += 1;
    else [erased, done] = [erased + answer.erased, answer.done];
    if (calls % 20 === 0) say(`${erased.toLocaleString("en")} closed after ${seconds(begun)} s`);
  }
  say(
    `erased in ${seconds(begun)} s by ${calls} calls, ${broken} of them broken off by a kill and made again`,
  );

  await neighbour.stop();
  const waited = waits.toSorted((a, b) => a - b);
  const share = (part: number) => `${Math.round(waited[Math.floor(part * (waited.length - 1))] ?? 0)} ms`;
  say(
    `a neighbour's write waited ${share(0.5)} at the median, ${share(0.99)} at 99 %, ${share(1)} at most (${waits.length} writes)`,
  );

  // The server empties its write-ahead log a second after the last commit.
  await pause(2500);
  const left = await traces(salts);
  const wrong = [...before, ...(await receipts())].filter(({ verified }) => !verified).length;
  say(`left: ${JSON.stringify(left)}; ${2 * SAMPLES} receipts of before and after, ${wrong} of them refused`);
  if (left.salts > 0 || left.records > 0 || wrong > 0) process.exitCode = 1;
} finally {
  await edge.stop();
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(0);
}

/** Null where the call was broken off. */
async function eraseMore(): Promise<{ erased: number; done: boolean } | null> {
  try {
    const response = await fetch(`${edge.url}/api/v1/sites/${DEMO.site}/consent-erasures`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${edge.credentials.first.keys.manage}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ older_than: new Date(Date.now() + 60_000).toISOString() }),
    });
    if (response.status === 503) return null;
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return await response.json();
  } catch (error) {
    // The worker was killed: the line broke.
    if (error instanceof TypeError && error.message === "fetch failed") return null;
    throw error;
  }
}

/** Takes the write lock and changes nothing, as often as it gets it; what a kill breaks off does not count. */
function waitForLock(waits: number[]): { stop(): Promise<void> } {
  const database = openDatabase(databaseOf(edge.place));
  let on = true;
  const ended = (async () => {
    while (on) {
      const asked = performance.now();
      const taken = await database.write(["DELETE FROM log_head WHERE log = 'nobody'"]).then(
        () => true,
        () => false,
      );
      if (taken) waits.push(performance.now() - asked);
      await pause(20);
    }
  })();
  return {
    stop: () => {
      on = false;
      return ended;
    },
  };
}

/** Kills one of the two within the call that is under way, and starts it again. */
async function strike(database: boolean): Promise<void> {
  await pause(200);
  const victim = database ? edge.database : edge.worker;
  victim.kill("SIGKILL");
  await (database ? edge.restartDatabase() : edge.restartWorker());
}

async function receipts() {
  const url = `${edge.url}/log/${DEMO.log}`;
  const vkey = await fetch(`${url}/vkey`).then((response) => response.text());
  return Promise.all(
    Array.from({ length: SAMPLES }, async (_, i) => {
      const index = Math.floor((i * visitors) / SAMPLES);
      const file = await fetch(`${url}/receipt/${index}.tlog-proof`).then((response) => response.bytes());
      return verifyReceipt(file, vkey);
    }),
  );
}

async function traces(salts: Sought) {
  const sum = { salts: 0, records: 0, ids: 0 };
  const folder = dirname(edge.place.file("edge.db"));
  for (const name of readdirSync(folder).filter((file) => file.startsWith("edge.db"))) {
    const found = await tracesIn(join(folder, name), salts);
    sum.salts += found.salts;
    sum.records += found.records;
    sum.ids += found.ids;
  }
  return sum;
}
