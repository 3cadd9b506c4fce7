import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { DEMO } from "../../local/seed.ts";
import { killOne, pause } from "../product/under-kills.ts";
import type { LedgerLoad } from "./ledger-load.ts";
import type { LedgerPlace } from "./ledger-place.ts";

const IN_FLIGHT = 12;

type Fault = (place: LedgerPlace, load: LedgerLoad) => Promise<void>;

/** Each strikes while choices are under way at two workers, except where it says so. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "worker killed": ({ edge }) => killOne(edge, 0),
  "database killed": ({ edge }) => killOne(edge, 1),
  "second worker killed": async ({ second }) => {
    second.child.kill("SIGKILL");
    await second.start();
  },
  "answer lost after the commit": ({ line }) => struck(line, "answer"),
  "commit lost on its way": ({ line }) => struck(line, "request"),
  "commit arrives long after it was given up": async ({ line }) => {
    await struck(line, "late request");
    await pause(300);
    await line.settle();
  },
  "database answers late, then not at all": ({ line }) => struck(line, "answer", () => pause(500)),
  "worker killed while its commit's answer is lost": async ({ edge, line }) => {
    await struck(line, "answer", async () => edge.worker.kill("SIGKILL"));
    await killOne(edge, 0);
  },
  "disk full": async ({ edge }) => {
    limitFiles(edge.database.pid, "4096");
    await pause(600);
    limitFiles(edge.database.pid, "unlimited");
  },
  "old backup restored": oldBackup,
};

/** Strikes so many times in turn, each under load that must get through in the end. */
export async function underFaults(
  place: LedgerPlace,
  load: LedgerLoad,
  count: number,
  tell: (fault: string) => void = () => undefined,
): Promise<void> {
  const names = Object.keys(FAULTS);
  for (let strike = 0; strike < count; strike += 1) {
    const name = names[strike % names.length] ?? "";
    tell(name);
    const sent = Array.from({ length: IN_FLIGHT }, () => load.choose());
    if (name === "old backup restored") await Promise.all(sent);
    await pause(Math.random() * 50);
    await FAULTS[name]?.(place, load);
    await Promise.all(sent);
  }
}

/** Waits until a commit has met the fault; more load may be needed than is under way. */
async function struck(
  line: LedgerPlace["line"],
  fault: Parameters<LedgerPlace["line"]["lose"]>[0],
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  const before = line.lost();
  line.lose(fault, meanwhile);
  for (let wait = 0; wait < 40 && line.lost() === before; wait += 1) await pause(25);
}

/** What the process may write beyond this offset of any file fails, as on a full disk. Linux only. */
function limitFiles(pid: number, bytes: string): void {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
}

/**
 * A copy of the database is put back after more was signed: nothing may be signed on top of it, by the
 * worker that signed nor by its successor, until the newest database is there again. The second worker
 * is away: it would not know what the other signed.
 */
async function oldBackup({ edge, second }: LedgerPlace, load: LedgerLoad): Promise<void> {
  await second.stop();
  const file = edge.place.file("edge.db");
  const exchange = async (swap: () => void) => {
    edge.database.kill("SIGTERM");
    await edge.database.ended;
    swap();
    await edge.restartDatabase();
  };
  await exchange(() => copyDatabase(file, `${file}.backup`));
  await Promise.all([load.choose([edge.url]), load.choose([edge.url])]);
  await exchange(() => {
    copyDatabase(file, `${file}.newest`);
    copyDatabase(`${file}.backup`, file);
  });
  const checkpoint = () => fetch(`${edge.url}/log/${DEMO.log}/checkpoint`).then((r) => r.text());
  const old = await checkpoint();
  for (const sequencer of ["the sequencer that signed", "its successor"]) {
    const refusal = await load.tryOnce(edge.url);
    const { type } = await refusal.json();
    if (refusal.status !== 503 || !String(type).endsWith("/log-frozen"))
      load.unexpected.push(`${sequencer} said ${refusal.status} ${type} over an old backup`);
    edge.worker.kill("SIGTERM");
    await edge.restartWorker();
  }
  if ((await checkpoint()) !== old) load.unexpected.push("something was signed over an old backup");
  await exchange(() => copyDatabase(`${file}.newest`, file));
  await second.start();
}

/** The data file and its write-ahead log, where there is one. */
function copyDatabase(from: string, to: string): void {
  for (const end of ["", "-wal"]) {
    rmSync(to + end, { force: true });
    if (existsSync(from + end)) copyFileSync(from + end, to + end);
  }
  rmSync(`${to}-shm`, { force: true });
}
