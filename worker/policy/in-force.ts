import type { PolicyVersion } from "./version.ts";

export type Phase = "scheduled" | "in_force" | "superseded" | "cancelled";

/** Where every public version of one policy stands at one moment. */
export interface Standing<V> {
  readonly inForce: V | null;
  /** Soonest first. */
  readonly scheduled: readonly V[];
  /** Newest first. */
  readonly superseded: readonly V[];
  /** UTC milliseconds of the next moment at which any of this is different; null if nothing is planned. */
  readonly nextChangeAt: number | null;
}

type Dated = Pick<PolicyVersion, "version" | "effectiveAt" | "noticedAt"> &
  Partial<Pick<PolicyVersion, "cancelledAt">>;

/**
 * Decides by the clock alone, at the exact millisecond: a version is in force from `effectiveAt` on
 * (`now === effectiveAt` counts) until the next one is. One that was not noticed yet does not exist.
 * Of two with the same instant the later noticed one holds, then the higher number. A cancelled one
 * stands nowhere.
 */
export function standingAt<V extends Dated>(versions: readonly V[], now: number): Standing<V> {
  const valid = versions.filter(isValid);
  const known = valid.filter((version) => version.noticedAt <= now).sort(byInstant);
  const begun = known.filter((version) => version.effectiveAt <= now);
  const scheduled = known.filter((version) => version.effectiveAt > now);
  const changes = [
    ...scheduled.map((version) => version.effectiveAt),
    ...valid.filter((version) => version.noticedAt > now).map((version) => version.noticedAt),
  ];
  return {
    inForce: begun.at(-1) ?? null,
    scheduled,
    superseded: begun.slice(0, -1).reverse(),
    nextChangeAt: changes.length === 0 ? null : Math.min(...changes),
  };
}

export function phaseOf<V extends Dated>(version: V, standing: Standing<V>): Phase {
  if (!isValid(version)) return "cancelled";
  if (standing.inForce?.version === version.version) return "in_force";
  return standing.scheduled.some((other) => other.version === version.version) ? "scheduled" : "superseded";
}

/** The version that this one follows, in the order in which they take effect. */
export function predecessorOf<V extends Dated>(version: V, versions: readonly V[]): V | null {
  const earlier = versions.filter((other) => isValid(other) && byInstant(other, version) < 0).sort(byInstant);
  return earlier.at(-1) ?? null;
}

function isValid({ cancelledAt }: Dated): boolean {
  return cancelledAt === null || cancelledAt === undefined;
}

function byInstant(a: Dated, b: Dated): number {
  return (
    a.effectiveAt - b.effectiveAt ||
    a.noticedAt - b.noticedAt ||
    (a.version < b.version ? -1 : a.version > b.version ? 1 : 0)
  );
}
