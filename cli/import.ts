import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { basename, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { admit, refusals } from "../worker/calls/admit.ts";
import type { ImportRecord } from "../worker/calls/import-record.ts";
import { retentionHorizon } from "../worker/calls/retention-horizon.ts";
import { openApiSink } from "./api-sink.ts";
import { type CallsFile, hashOf, type Line, openCallsFile } from "./calls-file.ts";
import type { CallsSink, Event } from "./calls-sink.ts";
import { openDatabaseSink } from "./database-sink.ts";
import { IMPORT_USAGE, type ImportOptions, readImportOptions, type Target } from "./import-options.ts";
import {
  type Counts,
  type ImportIdentity,
  type ImportState,
  movedTo,
  NO_COUNTS,
  readUnfinished,
  statePathOf,
  writeState,
} from "./import-state.ts";
import { openLocalDatabase } from "./local-database.ts";
import { Misuse } from "./misuse.ts";
import { Progress } from "./progress.ts";
import type { Position } from "./read-csv.ts";
import { eventRefusal, type Refusal, rowRefusals, sentenceOf } from "./refusals.ts";

export const importVerb = {
  usage: IMPORT_USAGE,
  run: (args: readonly string[]) => importCalls(readImportOptions(args, process.env)),
};

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Refusals that are written out while the import runs; a dry run writes all. */
const REFUSALS_SHOWN = 20;

async function importCalls(options: ImportOptions): Promise<number> {
  const file = await openCallsFile(options.file, options.mapping);
  return options.dryRun ? dryRun(file, options.target) : upload(file, options);
}

/** Says of every line what would become of it by the contract's rules; what is stored already is not asked. */
async function dryRun(file: CallsFile, target: Target): Promise<number> {
  const now = Date.now();
  let accepted = 0;
  let rejected = 0;
  for await (const lines of file.pieces(file.start)) {
    for (const line of lines) {
      const why = line.ok ? judged(line.event, target, now) : rowRefusals(line);
      if (line.ok && why.length === 0) {
        accepted += 1;
        say(`line ${line.line}: accept ${summaryOf(line.event)}`);
      } else {
        rejected += 1;
        say(`line ${line.line}: reject ${why.map((one) => sentenceOf(one, file)).join(" ")}`);
      }
    }
  }
  say(`${number(accepted)} would be accepted, ${number(rejected)} rejected. Nothing was sent.`);
  return rejected === 0 ? 0 : 1;
}

/** Whose the calls are only the key tells, so through the API `org_id` is left to the server. */
function judged(event: Event, target: Target, now: number): Refusal[] {
  const { org_id, ...rest } = event;
  const value = target.kind === "api" ? rest : { ...rest, org_id };
  const org = target.kind === "api" ? "" : target.org;
  const { calls, sources, rejected } = admit([{ readable: true, value }], org, now);
  // An organisation may have chosen another time; only the writer knows it.
  const tooOld = calls.some((call) => call.started_at < retentionHorizon(now));
  const refused = refusals(tooOld ? [{ at: 0, why: "too-old" }] : [], sources);
  return [...rejected, ...refused].flatMap(eventRefusal);
}

function summaryOf(event: Event): string {
  const { call_id, direction, status, started_at, duration_s, team_id, caller_id } = event;
  return `${call_id} ${direction} ${status} ${started_at} ${duration_s} s, team ${team_id}, caller ${caller_id}`;
}

async function upload(file: CallsFile, options: ImportOptions): Promise<number> {
  const identity: ImportIdentity = {
    file: { bytes: file.bytes, sha256: await hashOf(file.path) },
    mapping_sha256: options.mapping === undefined ? null : await hashOf(options.mapping),
    target: nameOf(options.target),
  };
  const statePath = statePathOf(file.path);
  const unfinished = readUnfinished(statePath, identity);
  const state = unfinished ?? (await beginning(file, identity, options));
  if (unfinished !== null) say(`Going on behind line ${number(state.position.line)}.`);
  const sink = await openSink(options.target);
  try {
    await sink.record(recordOf(state));
    writeState(statePath, state);
    const done = await send(file, state, sink, statePath);
    return report(done, done.counts.rows - state.counts.rows);
  } finally {
    await sink.close();
  }
}

function recordOf({ import_id, file, confirmation }: ImportState): ImportRecord {
  return { import_id, sha256: file.sha256, confirmed_by: confirmation.by };
}

function nameOf(target: Target): string {
  switch (target.kind) {
    case "api":
      return target.url;
    case "database":
      return `${target.org} in ${target.url}`;
    case "local":
      return `${target.org} in ${resolve(target.dataFolder)}`;
  }
}

async function openSink(target: Target): Promise<CallsSink> {
  switch (target.kind) {
    case "api":
      return openApiSink(target.url, target.key);
    case "database": {
      const { url, token, group, org } = target;
      const release = async () => {};
      return openDatabaseSink({ url, token }, org, { name: nameOf(target), group, release });
    }
    case "local": {
      const { address, group, release } = await openLocalDatabase(target.dataFolder);
      try {
        return await openDatabaseSink(address, target.org, { name: nameOf(target), group, release });
      } catch (error) {
        await release();
        throw error;
      }
    }
  }
}

async function beginning(
  file: CallsFile,
  identity: ImportIdentity,
  options: ImportOptions,
): Promise<ImportState> {
  const statement = `I have the consents and rights that are needed to provide the calls in ${basename(file.path)} to ${identity.target}.`;
  if (!options.confirmed) await askToConfirm(statement);
  return {
    import_id: `imp_${randomUUID()}`,
    ...identity,
    confirmation: { statement, at: new Date().toISOString(), by: options.by ?? userInfo().username },
    position: file.start,
    counts: NO_COUNTS,
    finished_at: null,
  };
}

/** @throws Misuse when nobody is there to answer, or the answer is not yes */
async function askToConfirm(statement: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new Misuse(`Confirm with --i-confirm-right-to-provide: "${statement}"`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${statement}\nType "yes" to confirm: `);
    if (answer.trim().toLowerCase() !== "yes") throw new Misuse("Not confirmed: nothing was sent.");
  } finally {
    terminal.close();
  }
}

interface Batch {
  readonly lines: number[];
  readonly events: Event[];
  readonly refusals: Refusal[];
  rows: number;
  end: Position;
}

interface Done {
  readonly counts: Counts;
  readonly refusalsLeftOut: number;
  readonly seconds: number;
}

/** Reads, sends and notes: a batch is noted once it and all before it are committed. */
async function send(file: CallsFile, begun: ImportState, sink: CallsSink, statePath: string): Promise<Done> {
  let state = begun;
  let shown = 0;
  let leftOut = 0;
  const progress = new Progress(file.bytes, state.position.offset);
  const underWay: { batch: Batch; taken: ReturnType<CallsSink["store"]> }[] = [];

  const note = async () => {
    const first = underWay.shift();
    if (first === undefined) return;
    const { batch } = first;
    const taken = await first.taken;
    const rejected = taken.rejected.flatMap((one) => eventRefusal({ ...one, line: batch.lines[one.index] }));
    const refusals = [...batch.refusals, ...rejected].sort((a, b) => a.line - b.line);
    for (const refusal of refusals) {
      if (shown < REFUSALS_SHOWN)
        progress.say(`line ${refusal.line}: rejected: ${sentenceOf(refusal, file)}`);
      else leftOut += 1;
      shown += 1;
    }
    const bad = batch.rows - batch.events.length + taken.rejected.length;
    state = movedTo(state, batch.end, {
      rows: state.counts.rows + batch.rows,
      accepted: state.counts.accepted + taken.accepted,
      duplicate: state.counts.duplicate + taken.duplicate,
      stale: state.counts.stale + taken.stale,
      rejected: state.counts.rejected + bad,
    });
    writeState(statePath, state);
    progress.moved(state.counts.rows - begun.counts.rows, state.position.offset);
  };

  for await (const batch of batches(file.pieces(state.position), sink)) {
    const taken = sink.store(batch.events);
    // Its turn to be awaited comes; until then a failure must not end the process.
    taken.catch(() => undefined);
    underWay.push({ batch, taken });
    while (underWay.length >= sink.batchesUnderWay) await note();
  }
  while (underWay.length > 0) await note();
  await sink.record({ ...recordOf(state), rows: state.counts });
  state = { ...state, finished_at: new Date().toISOString() };
  writeState(statePath, state);
  return { counts: state.counts, refusalsLeftOut: leftOut, seconds: progress.end() };
}

async function* batches(pieces: AsyncGenerator<readonly Line[]>, sink: CallsSink): AsyncGenerator<Batch> {
  let batch = newBatch();
  for await (const lines of pieces) {
    for (const line of lines) {
      batch.rows += 1;
      batch.end = line.end;
      if (line.ok) {
        batch.events.push(line.event);
        batch.lines.push(line.line);
      } else batch.refusals.push(...rowRefusals(line));
      if (batch.rows >= sink.batchSize()) {
        yield batch;
        batch = newBatch();
      }
    }
  }
  if (batch.rows > 0) yield batch;
}

function newBatch(): Batch {
  return { lines: [], events: [], refusals: [], rows: 0, end: { offset: 0, line: 0 } };
}

function report({ counts, refusalsLeftOut, seconds }: Done, rowsNow: number): number {
  const { rows, accepted, duplicate, stale, rejected } = counts;
  if (refusalsLeftOut > 0)
    say(`and ${number(refusalsLeftOut)} more that were rejected: --dry-run names each.`);
  say(
    `${number(rows)} rows: ${number(accepted)} accepted, ${number(duplicate)} there already, ${number(stale)} older than what is there, ${number(rejected)} rejected.`,
  );
  say(`${seconds.toFixed(1)} s, ${number(Math.round(rowsNow / Math.max(seconds, 0.001)))} rows/s.`);
  return rejected === 0 ? 0 : 1;
}

function number(value: number): string {
  return value.toLocaleString("en-IN");
}
