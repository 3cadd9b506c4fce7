import { randomUUID } from "node:crypto";
import { type Database, isLostFence } from "../../db/client.ts";
import { writeFenced } from "../../db/fenced-write.ts";
import { migrate } from "../../db/migrate.ts";
import type { Place } from "../../db/places.ts";
import { forgetChanges } from "../../db/tenant-changes.ts";
import { readShapes, type Shape, tenantShapes } from "../../db/tenant-shape.ts";
import { auditEntry } from "../../worker/accounts/audit.ts";
import { healMoves } from "../../worker/accounts/heal-moves.ts";
import { openPlace, placeOf, readPlace, readTimeZone, timeZoneOf } from "../../worker/accounts/queries.ts";
import { tellDirectory } from "../../worker/accounts/tell-directory.ts";
import { answered } from "../../worker/calls/commit.ts";
import { Misuse, Unfinished } from "../misuse.ts";
import { type Copying, catchUp, copyRows } from "./copy.ts";
import { prepare, removeAll } from "./prepare.ts";
import {
  beginMove,
  close,
  closedBy,
  closedHere,
  copyOrganisation,
  endMove,
  forgetCursors,
  forgetOrganisation,
  giveUp,
  type Move,
  moveGoesOn,
  moveOf,
  organisationHere,
  readClosed,
  readCount,
  readMove,
  runnerIs,
  saySomething,
  schemaHere,
  setPlace,
  setState,
} from "./queries.ts";
import { type Compared, compare, isEqual } from "./verify.ts";
import type { World } from "./world.ts";

/** Steps of a move in their order. Broken off in any of them, the same command goes on from there. */
export type Step =
  | "begun"
  | "prepared"
  | "copied"
  | "caught-up"
  | "closed"
  | "verified"
  | "switched"
  | "open"
  | "purged";

export interface MoveOptions {
  readonly org: string;
  readonly target: Place;
  /** Who moves, for the audit log. */
  readonly by: string;
  /** So long the old copy stays for reads that are under way. */
  readonly graceMs: number;
  /** Told of each step when it is done. */
  readonly done: (step: Step, words: string) => Promise<void> | void;
}

/** Changes that are left when writing is stopped: a fraction of a second's work. */
const FEW_CHANGES = 1000;
const PASSES = 500;

/**
 * Moves an organisation's call data to another database while it is in use: copies it, follows what
 * changes, stops writing for a moment, compares both copies, switches by one row in the directory, and
 * removes the old copy. Nothing acknowledged is lost: a writer's fence fails where the data no longer is.
 * @returns the tables as they were compared; null where a move before had already switched, or nothing was to do
 * @throws Misuse when it cannot begin, Unfinished when it was given up or must be run again
 */
export async function moveOrganisation(
  world: World,
  options: MoveOptions,
): Promise<readonly Compared[] | null> {
  const { org, target } = options;
  requireAllowed(world, target);
  const directory = world.at(null);
  const [organisation, found] = await directory.read([organisationHere(org), moveOf(org)]);
  if (readCount(organisation) === 0) throw new Misuse(`There is no organisation ${org}.`);
  const begun = readMove(found);
  if (begun !== null && begun.target !== target) {
    throw new Misuse(
      `A move of ${org} to ${nameOf(begun.target)} is not finished: finish it, or --cancel it.`,
    );
  }
  const [where] = await directory.read([placeOf(org)]);
  const place = readPlace(where);
  if (begun === null && place === target) {
    await cancelMove(world, org);
    return null;
  }
  if (begun !== null) await directory.write([saySomething(begun, Date.now())]);
  const move = begun ?? (await begin(world, { org, source: place, target }));
  const from = move.state === "switched" ? ", goes on after it switched" : "";
  await options.done("begun", `${org} from ${nameOf(move.source)} to ${nameOf(target)}${from}`);
  const compared = move.state === "switched" ? null : await copyAndSwitch(world, options, move);
  await finish(world, options, move);
  return compared;
}

function requireAllowed(world: World, target: Place): void {
  try {
    world.addressOf(target);
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : String(error));
  }
}

export function nameOf(place: Place): string {
  return place ?? "the directory's own database";
}

async function begin(
  world: World,
  { org, source, target }: Pick<Move, "org" | "source" | "target">,
): Promise<Move> {
  const move: Move = { org, move: `move_${randomUUID()}`, source, target, state: "copying" };
  const directory = world.at(null);
  await directory.write([beginMove(move, Date.now())]);
  const [found] = await directory.read([moveOf(org)]);
  if (readMove(found)?.move !== move.move)
    throw new Unfinished("Another move has begun. Run the same command again.");
  return move;
}

async function copyAndSwitch(world: World, options: MoveOptions, move: Move): Promise<readonly Compared[]> {
  const { org, done } = options;
  const [directory, source, target] = [world.at(null), world.at(move.source), world.at(move.target)];
  try {
    if (move.target !== null) await migrate(world.addressOf(move.target));
    const shapes = await sameShapes(source, target);
    await prepare(world, move, shapes);
    await done("prepared", "changes are recorded from now on");
    const copying: Copying = { org, runner: world.runner, source, target, shapes };
    const still = heartbeat(directory, move);
    await done("copied", `${await copyRows(copying)} rows`);
    await done("caught-up", `${await catchUp(copying, FEW_CHANGES, PASSES)} changes`);

    const since = performance.now();
    await stopWriting(world, move);
    await done("closed", "nobody writes for a moment");
    await catchUp(copying, 0, Number.POSITIVE_INFINITY);
    await tellDirectory({ directory, at: world.at }, move.source);
    await takeOrganisation(world, move);
    const compared = await compare(copying, still);
    const different = compared.filter((one) => !isEqual(one));
    if (different.length > 0) {
      await cancelMove(world, org);
      const tables = different.map(({ table }) => table).join(", ");
      throw new Unfinished(
        `The copies differ in ${tables}. The move was given up; nothing has changed place.`,
      );
    }
    await done("verified", "both copies are the same");
    await switchPlace(world, move, options.by);
    await done("switched", `after ${Math.round(performance.now() - since)} ms without writing`);
    return compared;
  } catch (error) {
    if (error instanceof Misuse) await cancelMove(world, org);
    throw isLostFence(error) ? superseded(org) : error;
  }
}

function superseded(org: string): Unfinished {
  return new Unfinished(
    `This move of ${org} was given up, or another run of it has taken over. Run the command again to see.`,
  );
}

/** @throws Misuse when the two databases are not of one schema */
async function sameShapes(source: Database, target: Database): Promise<Shape[]> {
  const [[here, shapes], [there]] = await Promise.all([
    source.read([schemaHere(), tenantShapes()]),
    target.read([schemaHere()]),
  ]);
  if (here?.rows[0]?.lines !== there?.rows[0]?.lines) {
    throw new Misuse("The databases are not of the same schema: run npm run migrate first.");
  }
  return readShapes(answered(shapes));
}

function heartbeat(directory: Database, move: Move): () => Promise<void> {
  let last = 0;
  return async () => {
    const now = Date.now();
    if (now - last < 2000) return;
    last = now;
    await directory.write([saySomething(move, now)]);
  };
}

/**
 * In the directory first: a place that is closed without that is opened again by whoever finds it.
 * Should the move have been given up in between, it is this runner who finds it.
 */
async function stopWriting(world: World, move: Move): Promise<void> {
  const directory = world.at(null);
  await directory.write([moveGoesOn(move), setState(move, "closed", Date.now())]);
  await world.at(move.source).write([close(move.org, { move: move.move, runner: world.runner })]);
  await healMoves({ directory, at: world.at }, move.source, Date.now(), move.org);
}

/** What call data needs of the directory's row. */
async function takeOrganisation(world: World, { org, source, target }: Move): Promise<void> {
  if (target === null) return;
  const [zone] = await world.at(source).read([timeZoneOf(org)]);
  await world
    .at(target)
    .write([runnerIs(org, world.runner), copyOrganisation(org, readTimeZone(answered(zone)))]);
}

async function switchPlace(world: World, move: Move, by: string): Promise<void> {
  const { org, target } = move;
  const now = Date.now();
  const entry = {
    id: `audit_${move.move}`,
    org,
    at: now,
    actor: by,
    action: "org.move",
    target: nameOf(target),
  };
  const switched = await writeFenced(
    world.at(null),
    [moveGoesOn(move), setState(move, "switched", now), setPlace(org, target), auditEntry(entry)],
    {
      question: moveOf(org),
      isOurs: (result) => {
        const found = readMove(result);
        return found?.move === move.move && found.state === "switched";
      },
    },
    Number.POSITIVE_INFINITY,
  );
  if (!switched) throw superseded(org);
}

/** After the switch: writing goes on in the new place, the old copy goes, and the move is over. */
async function finish(world: World, { graceMs, done }: MoveOptions, move: Move): Promise<void> {
  const { org, source, target } = move;
  await world.at(target).write([openPlace(org, move.move), forgetCursors(org)]);
  await done("open", "writing goes on");
  const old = world.at(source);
  const fence = closedBy(move);
  await old.write([fence, ...forgetChanges(org)]);
  await new Promise((resolve) => setTimeout(resolve, graceMs));
  const [shapes] = await old.read([tenantShapes()]);
  await removeAll(old, org, readShapes(answered(shapes)), fence);
  if (source !== null) await old.write([fence, forgetOrganisation(org)]);
  await world.at(null).write([endMove(move)]);
  await done("purged", "the old copy is gone");
}

/**
 * Gives up a move that has not switched: writing goes on where it was, and what was copied is removed.
 * @returns false where there was none
 * @throws Misuse when it has switched
 */
export async function cancelMove(world: World, org: string): Promise<boolean> {
  const directory = world.at(null);
  const [found, where] = await directory.read([moveOf(org), placeOf(org)]);
  const move = readMove(found);
  if (move?.state === "switched") {
    throw new Misuse(`The move to ${nameOf(move.target)} has switched already: run it again to finish it.`);
  }
  if (move !== null) {
    await directory.write([giveUp(move)]);
    const [after] = await directory.read([moveOf(org)]);
    if (readMove(after) !== null) throw new Unfinished("The move has gone on. Run the command again.");
  }
  const place = readPlace(where);
  await world.at(place).write(forgetChanges(org));
  await healMoves({ directory, at: world.at }, place, Date.now(), org);
  if (move !== null) await removeCopy(world, move);
  return move !== null;
}

/** What was copied by a move that is no more; its runner, should it still live, can write no more. */
async function removeCopy(world: World, { org, move, target }: Move): Promise<void> {
  const database = world.at(target);
  const [closed, shapes] = await database.read([closedHere(org), tenantShapes()]);
  if (readClosed(closed)?.move !== move) return;
  await database.write([close(org, { move, runner: world.runner })]);
  await removeAll(database, org, readShapes(answered(shapes)), runnerIs(org, world.runner));
}
