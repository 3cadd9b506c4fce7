import type { ResultSet } from "@libsql/client/web";
import type { Database, Statement } from "../../db/client.ts";

import { Overloaded } from "./group-commit.ts";
import { grow } from "./grow.ts";
import { openHead, signHead } from "./head.ts";
import {
  edge,
  fence,
  head,
  identity,
  insertLeaves,
  moveHead,
  readEdge,
  readHead,
  readIdentity,
  storeTile,
} from "./queries.ts";
import type { NewLeaf, Plan, Rider } from "./rider.ts";
import type { Signer } from "./signed-note.ts";
import type { LogIdentity } from "./signing-key.ts";
import { leafHash } from "./tree.ts";
import { requireContinued, type Watermark } from "./watermark.ts";
import { writeCommit } from "./write-commit.ts";

/** What a commit needs of the world; everything it knows about the log it reads anew. */
export interface CommitContext {
  readonly log: string;
  readonly database: Database;
  readonly riders: Readonly<Record<string, Rider<unknown, unknown>>>;
  readonly signersOf: (identity: LogIdentity) => Promise<readonly Signer[]>;
  readonly watermark: Watermark;
}

/** A request that waits for a commit, under the name of its rider. */
export interface Waiting {
  readonly rider: string;
  readonly request: unknown;
}

export class UnknownLog extends Error {
  override readonly name = "UnknownLog";
}

/** Only another sequencer on the same log takes a fence away; this many in a row is a storm. */
const MAX_ATTEMPTS = 20;

/**
 * Commits a group of requests: one read batch, one fenced write batch. A group that adds no leaf
 * writes nothing.
 * @returns the answers in the order of the group, true from now on
 * @throws UnknownLog, LogFrozen, Overloaded (nothing was written), DatabaseUnavailable (it may commit yet: the
 * requests must be sent again and are then recognised by their riders)
 */
export async function commit(context: CommitContext, group: readonly Waiting[]): Promise<unknown[]> {
  const { log, database } = context;
  const parties = partiesOf(context, group);
  const reads = parties.map((party) => party.rider.reads(log, party.requests));
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const [who, now, rim, ...rest] = await database.read([
      identity(log),
      head(log),
      edge(log),
      ...reads.flat(),
    ]);
    const present = readHead(now);
    const signers = await signersFor(context, readIdentity(who));
    await requireContinued(database, log, await context.watermark.get(), present);
    if (present === null) {
      await openHead(database, log, signers);
      continue;
    }
    const plan = await planGroup(context, parties, reads, rest, present.size);
    if (plan.leaves.length === 0) return plan.answers;
    const growth = grow(
      readEdge(present.size, rim),
      plan.leaves.map((leaf) => leafHash(leaf.bytes)),
    );
    const next = await signHead({ size: growth.edge.size, root: growth.root }, signers);
    const commitId = crypto.randomUUID();
    const statements = [
      fence(log, present, commitId),
      insertLeaves(log, present.size, plan.leaves),
      ...growth.changed.map((tile) => storeTile(log, tile)),
      ...plan.statements,
      moveHead(log, next),
    ];
    if (await writeCommit(database, statements, { log, size: present.size, commitId })) {
      await context.watermark.raise(next);
      return plan.answers;
    }
  }
  throw new Overloaded(`${log}: the fence was lost ${MAX_ATTEMPTS} times in a row`);
}

/** One rider's requests, and where their answers belong in the group. */
interface Party {
  readonly rider: Rider<unknown, unknown>;
  readonly requests: unknown[];
  readonly places: number[];
}

/** In the order of the riders' registry. */
function partiesOf(context: CommitContext, group: readonly Waiting[]): Party[] {
  const stranger = group.find(({ rider }) => !(rider in context.riders));
  if (stranger !== undefined) throw new Error(`no rider is called ${stranger.rider}`);
  return Object.entries(context.riders).flatMap(([name, rider]) => {
    const places = group.flatMap((waiting, place) => (waiting.rider === name ? [place] : []));
    const requests = places.map((place) => group[place]?.request);
    return places.length === 0 ? [] : [{ rider, requests, places }];
  });
}

interface GroupPlan {
  readonly answers: unknown[];
  readonly leaves: readonly NewLeaf[];
  readonly statements: readonly Statement[];
}

async function planGroup(
  context: CommitContext,
  parties: readonly Party[],
  reads: readonly (readonly Statement[])[],
  results: readonly ResultSet[],
  size: number,
): Promise<GroupPlan> {
  const answers: unknown[] = [];
  const leaves: NewLeaf[] = [];
  const statements: Statement[] = [];
  let read = 0;
  for (const [i, { rider, requests, places }] of parties.entries()) {
    const own = results.slice(read, read + (reads[i]?.length ?? 0));
    read += own.length;
    const plan = await rider.plan(context.log, requests, own, size + leaves.length);
    requireWhole(plan, requests.length);
    for (const [at, place] of places.entries()) {
      const outcome = plan.outcomes[at];
      answers[place] = outcome?.answer;
      if (outcome?.kind === "leaf") leaves.push(outcome.leaf);
    }
    statements.push(...plan.statements);
  }
  return { answers, leaves, statements };
}

/** A rider that breaks its word is a fault of ours, met before anything is written. */
function requireWhole(plan: Plan<unknown>, requests: number): void {
  if (plan.outcomes.length !== requests) throw new Error("a rider did not decide each of its requests once");
  if (plan.statements.length > 0 && plan.outcomes.every(({ kind }) => kind === "settled")) {
    throw new Error("a rider writes without a leaf");
  }
}

async function signersFor(context: CommitContext, who: LogIdentity | null): Promise<readonly Signer[]> {
  if (who === null) throw new UnknownLog(context.log);
  return context.signersOf(who);
}
