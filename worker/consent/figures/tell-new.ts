import { type Database, isLostFence } from "../../../db/client.ts";
import type { SiteKey } from "../sites/queries.ts";
import {
  firstDay,
  moveToldUntil,
  readBatches,
  readDay,
  readTallies,
  readToldUntil,
  storeBatch,
  type ToldUntil,
  talliesOf,
  toldBatches,
  toldUntil,
} from "./queries.ts";
import { add, batchesOf, without } from "./tell.ts";

/** Days read at a time where nobody asked for long. */
const WINDOW = 31;
/** Several may ask at the same moment; one of them tells. */
const TURNS = 5;

/**
 * Brings what can be told up to date: choices that came since are told where they are enough.
 * @param today days since 1970-01-01
 */
export async function tellNew(database: Database, key: SiteKey, today: number): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (await tellOnce(database, key, today)) return;
  }
}

/** @returns false where somebody else told meanwhile */
async function tellOnce(database: Database, key: SiteKey, today: number): Promise<boolean> {
  const [untils, first] = await database.read([toldUntil(key), firstDay(key)]);
  let until = readToldUntil(untils);
  let from = until?.day ?? readDay(first);
  while (from !== null && from <= today) {
    // Days with few choices wait in the window, so it may have to grow.
    const before: number = Math.min(from + WINDOW, today + 1);
    const next = await tellWindow(database, key, until, { from: until?.day ?? from, before });
    if (next === "lost") return false;
    until = next ?? until;
    from = before;
  }
  return true;
}

/** @returns where telling stands now; null where nothing could be told */
async function tellWindow(
  database: Database,
  key: SiteKey,
  until: ToldUntil | null,
  { from, before }: { from: number; before: number },
): Promise<ToldUntil | "lost" | null> {
  const [counted, stored] = await database.read([
    talliesOf(key, from, before),
    toldBatches(key, from, before),
  ]);
  const tallies = readTallies(counted);
  const batches = batchesOf(without(tallies, until?.cells ?? []));
  const last = batches.at(-1);
  if (last === undefined) return null;
  const told = readBatches(stored);
  const next = {
    turn: (until?.turn ?? 0) + 1,
    day: last.toDay,
    cells: tallies.filter(({ day }) => day === last.toDay),
  };
  try {
    await database.write([
      ...moveToldUntil(key, next),
      ...batches.map((batch) => {
        const same = told.find(({ fromDay, toDay }) => fromDay === batch.fromDay && toDay === batch.toDay);
        return storeBatch(
          key,
          same === undefined ? batch : { ...batch, figures: add(same.figures, batch.figures) },
        );
      }),
    ]);
  } catch (error) {
    if (isLostFence(error)) return "lost";
    throw error;
  }
  return next;
}
