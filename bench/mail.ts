import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createTransport } from "nodemailer";
import { openDatabase } from "../db/client.ts";
import { databaseOf } from "../local/edge.ts";
import { startEdge } from "../tests/product/place.ts";
import { BareServer } from "./mail/bare-server.ts";

/**
 * `npm run bench:mail [-- --recipients 3000 --rounds 3]`: letters a second from the outbox, each with its
 * claim, its way out and its end written down, against nodemailer's own pool that only sends, with the
 * same number of connections, the same bodies, to the same server, in turn. Then what announcing to
 * 100,000 recipients costs the request that does it, and requests beside it.
 */
const { values } = parseArgs({
  options: {
    recipients: { type: "string", default: "3000" },
    rounds: { type: "string", default: "3" },
    crowd: { type: "string", default: "100000" },
  },
});
const recipients = Number(values.recipients);
const rounds = Number(values.rounds);
const crowd = Number(values.crowd);
const CONNECTIONS = 10;
const ORG = "org_second";

const server = await BareServer.start();
const edge = await startEdge({ mailUrl: `smtp://127.0.0.1:${server.port}`, mailDomainRate: 60_000_000 });
const database = openDatabase(databaseOf(edge.place));
const key = edge.credentials.second.keys.manage;

try {
  // What the start itself announces is out of the way.
  await server.until(2);
  await server.reset();
  await subscribe(0, recipients);
  const ratios: number[] = [];
  await announce("warm", 1);
  await server.until(recipients + 1);
  for (let round = 1; round <= rounds; round += 1) {
    const began = performance.now();
    const busy = [processorTime(edge.worker.pid), processorTime(edge.database.pid)];
    await server.reset();
    await announce(`round${round}`, round);
    await server.until(recipients + 1);
    const ours = (recipients + 1) / ((performance.now() - began) / 1000);
    const [worker = 0, store = 0] = [edge.worker.pid, edge.database.pid].map(
      (pid, n) => (processorTime(pid) - (busy[n] ?? 0)) / (recipients + 1),
    );
    const bareBusy = process.cpuUsage();
    const bare = await sendBare(await server.lastMessage(), recipients + 1);
    const { user, system } = process.cpuUsage(bareBusy);
    ratios.push(ours / bare);
    say(
      `round ${round}: outbox ${ours.toFixed(0)}/s, bare client ${bare.toFixed(0)}/s, ratio ${(ours / bare).toFixed(2)}; ` +
        `processor time a letter: worker ${worker.toFixed(2)} ms, database ${store.toFixed(2)} ms, ` +
        `bare client and server ${((user + system) / 1000 / (recipients + 1)).toFixed(2)} ms`,
    );
  }
  ratios.sort((a, b) => a - b);
  say(
    `median ratio ${ratios[Math.floor(ratios.length / 2)]?.toFixed(2)} (wanted: 0.70), load ${readFileSync("/proc/loadavg", "utf8").slice(0, 14)}`,
  );
  await measureCrowd(crowd);
} finally {
  await edge.stop();
  await server.close();
}

/** Milliseconds that a process has used the processors; Linux counts them in hundredths of a second. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Confirmed subscribers, spread over a hundred domains. */
async function subscribe(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 10_000) {
    await database.write([
      {
        sql: `INSERT INTO subscription (org, id, list, email, language, state, asked_at, asked, created_at, confirmed_at, confirmed_idx)
              WITH RECURSIVE s(n) AS (SELECT ?2 UNION ALL SELECT n + 1 FROM s WHERE n + 1 < ?3)
              SELECT ?1, 'sub_' || n, 'policy', 'reader' || n || '@d' || (n % 100) || '.example', 'en', 'confirmed', 1, 1, 1, 1, 0 FROM s`,
        args: [ORG, at, Math.min(at + 10_000, to)],
      },
    ]);
  }
}

/** @returns milliseconds that the announcing request took */
async function announce(policy: string, days: number): Promise<number> {
  const path = `${edge.url}/api/v1/policies/${policy}/1`;
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const paragraphs = Array.from(
    { length: 40 },
    (_, n) => `Paragraph ${n} says what paragraph ${n} says.`,
  ).join("\n\n");
  const markdown = `# House Rules\n\nLast Updated: November 24, 2026\n\n## 1. Contact\n\nWrite to rules@callers360.com.\n\n${paragraphs}\n`;
  await ask("PUT", path, headers, { markdown });
  const began = performance.now();
  await ask("POST", `${path}/schedule`, headers, {
    effective_at: new Date(Date.now() + (35 + days) * 86_400_000).toISOString(),
    reason: "The bench asks for it.",
    class: "material",
  });
  return performance.now() - began;
}

async function ask(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<void> {
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
}

/** The same message, by the library alone: a pool of connections, nothing written down. */
async function sendBare(
  message: { subject: string; text: string; html: string },
  n: number,
): Promise<number> {
  const transport = createTransport({
    host: "127.0.0.1",
    port: server.port,
    ignoreTLS: true,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  await server.reset();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: n }, (_, i) =>
      transport.sendMail({
        from: "notices@callers360.localhost",
        to: `reader${i}@d${i % 100}.example`,
        ...message,
      }),
    ),
  );
  const rate = n / ((performance.now() - began) / 1000);
  transport.close();
  return rate;
}

async function measureCrowd(n: number): Promise<void> {
  await subscribe(recipients, n);
  const probe = async () => {
    const began = performance.now();
    const answer = await fetch(`${edge.url}/api/v1/suppressions`, {
      headers: { authorization: `Bearer ${key}` },
    });
    await answer.text();
    return performance.now() - began;
  };
  const alone: number[] = [];
  for (let i = 0; i < 200; i += 1) alone.push(await probe());
  await server.reset();
  const took = await announce("crowd", 20);
  const beside: number[] = [];
  const began = performance.now();
  for (let phase = ""; phase !== "done"; ) {
    for (let i = 0; i < 10; i += 1) beside.push(await probe());
    const [rows] = await database.read([
      { sql: "SELECT phase FROM mail_occasion WHERE org = ?1 AND id = 'policy/crowd/1'", args: [ORG] },
    ]);
    phase = String(rows?.rows[0]?.phase);
  }
  say(
    `${n} recipients: the announcing request took ${took.toFixed(0)} ms; all in the outbox after ${((performance.now() - began) / 1000).toFixed(1)} s; ` +
      `a request beside it: p50 ${at(beside, 0.5)} ms, p95 ${at(beside, 0.95)} ms, alone: p50 ${at(alone, 0.5)} ms, p95 ${at(alone, 0.95)} ms; ` +
      `load ${readFileSync("/proc/loadavg", "utf8").slice(0, 14)}`,
  );
}

function at(values: number[], share: number): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN).toFixed(1);
}
