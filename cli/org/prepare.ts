import type { Database, Statement } from "../../db/client.ts";
import { recordChanges } from "../../db/tenant-changes.ts";
import type { Shape } from "../../db/tenant-shape.ts";
import { Misuse } from "../misuse.ts";
import {
  close,
  closedHere,
  countRows,
  forgetCursors,
  type Move,
  moveHere,
  organisationHere,
  readClosed,
  readCount,
  removeSome,
  runnerIs,
} from "./queries.ts";
import type { World } from "./world.ts";

const ROWS = 1000;

/**
 * Makes the source record what changes and the target ready to be written by this runner alone. A move
 * that was begun before is taken over: a runner that was taken for dead can write no more.
 * @throws Misuse when the target is the directory itself under another name, or holds data that is not ours
 */
export async function prepare(world: World, move: Move, shapes: readonly Shape[]): Promise<void> {
  const { org, source, target } = move;
  const { runner } = world;
  const database = world.at(target);
  const [found, organisation, here, ...rows] = await database.read([
    closedHere(org),
    organisationHere(org),
    moveHere(move.move),
    ...shapes.map((shape) => countRows(org, shape)),
  ]);
  const closed = readClosed(found);
  if (closed?.move === move.move) {
    await database.write([close(org, { move: move.move, runner })]);
    return;
  }
  if (target !== null && readCount(here) > 0) {
    throw new Misuse(`${target} is the directory's own database: say --to directory.`);
  }
  const isHeld = rows.some((row) => readCount(row) > 0) || (target !== null && readCount(organisation) > 0);
  if (closed === null && isHeld) {
    throw new Misuse(`${target} holds data of an organisation ${org} that this directory did not put there.`);
  }
  await world.at(source).write(recordChanges(org, shapes));
  await database.write([close(org, { move: closed?.move ?? "coming", runner })]);
  await removeAll(database, org, shapes, runnerIs(org, runner));
  await database.write([runnerIs(org, runner), forgetCursors(org), close(org, { move: move.move, runner })]);
}

/** Removes an organisation's rows in chunks, each only while `fence`, its statement 0, lets it. */
export async function removeAll(
  database: Database,
  org: string,
  shapes: readonly Shape[],
  fence: Statement,
): Promise<void> {
  for (let more = true; more; ) {
    const removed = await database.write([fence, ...shapes.map((shape) => removeSome(org, shape, ROWS))]);
    more = removed.some(({ rowsAffected }) => rowsAffected >= ROWS);
  }
}
