import type { Place, Places } from "../../db/places.ts";
import { forgetChanges } from "../../db/tenant-changes.ts";
import { closedHere, closingOf, forgetMove, openPlace, readClosedHere, readClosings } from "./queries.ts";

/** A mover says something every few seconds while nobody may write. */
const SILENCE_MS = 120_000;

/**
 * Opens what a mover left closed when it died: an organisation is written where the directory says it is,
 * unless a living mover is about to switch it. A move is given up by removing its row in the directory,
 * which the switch needs, so that of both only one happens.
 * @param only heals one organisation, at once
 * @param now UTC ms
 */
export async function healMoves(places: Places, place: Place, now: number, only?: string): Promise<void> {
  const [found] = await places.at(place).read([closedHere(only)]);
  const closed = readClosedHere(found);
  if (closed.length === 0) return;
  const [result] = await places.directory.read([closingOf(closed.map(({ org }) => org))]);
  const closings = readClosings(result);
  for (const { org, move } of closed) {
    const standing = closings.get(org);
    if (standing === undefined || standing.place !== place) continue;
    const { state } = standing;
    if (state === "closed" && standing.move === move) {
      if (standing.heardAt > now - SILENCE_MS) continue;
      const [given] = await places.directory.write([forgetMove(org, standing.heardAt)]);
      if (given?.rowsAffected !== 1) continue;
    }
    // A move that copies, and one that has switched, keep their records of what changed.
    const records = state === "copying" || state === "switched" ? [] : forgetChanges(org);
    await places.at(place).write([...records, openPlace(org, move)]);
  }
}
