import type { Call, Change } from "./call.ts";

/** What became of an event: a new truth, the one already known, or an older one; or one of a call that is no longer kept. */
export type Verdict = "accepted" | "duplicate" | "stale" | Refusal;

/** The call began before the organisation's calls are kept, or was removed by retention or erasure. */
export type Refusal = "too-old" | "gone";

export function isRefusal(verdict: Verdict): verdict is Refusal {
  return verdict === "too-old" || verdict === "gone";
}

/**
 * Judges events in their order against what is stored: the highest revision of a call is the truth,
 * and of two events with the same one the first.
 * @param revisions of stored calls of which no event is newer
 * @returns one verdict per event, and each call that changed once, from what was stored to what is true now
 */
export function judge(
  stored: ReadonlyMap<string, Call>,
  events: readonly Call[],
  revisions: ReadonlyMap<string, number> = new Map(),
): { verdicts: Verdict[]; changes: Change[] } {
  const newest = new Map<string, Call>();
  const verdicts = events.map((event): Verdict => {
    const known = (newest.get(event.call_id) ?? stored.get(event.call_id))?.revision;
    const revision = known ?? revisions.get(event.call_id) ?? 0;
    if (revision === event.revision) return "duplicate";
    if (revision > event.revision) return "stale";
    newest.set(event.call_id, event);
    return "accepted";
  });
  const changes = [...newest.values()].map((after) => ({ before: stored.get(after.call_id) ?? null, after }));
  return { verdicts, changes };
}
