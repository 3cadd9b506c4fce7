import type { Action } from "../choice.ts";

/** No group of fewer choices is told apart. */
export const LEAST = 10;

/** How many choices of one kind a day saw. */
export interface Tally {
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  readonly action: Action;
  readonly preferences: boolean;
  readonly analytics: boolean;
  readonly marketing: boolean;
  readonly language: string;
  /** ISO 3166-1 alpha-2, or empty where the edge did not say. */
  readonly country: string;
  readonly policyVersion: string;
  readonly noticeHash: string;
  readonly n: number;
}

/** Counts by group; the group `""` is everybody who is in none that may be told apart. */
export type Groups = Readonly<Record<string, number>>;

/** What may be told of one batch, or of several together. Each of the four adds up to `n`. */
export interface Figures {
  readonly n: number;
  /** By action and categories, as `custom 010`: categories are not told beside actions, but from them. */
  readonly choices: Groups;
  readonly languages: Groups;
  readonly countries: Groups;
  /** By policy version and notice hash. */
  readonly notices: Groups;
}

/** A batch: choices of these days, first and last included. */
export interface Batch {
  readonly fromDay: number;
  readonly toDay: number;
  readonly figures: Figures;
}

export const NOTHING: Figures = { n: 0, choices: {}, languages: {}, countries: {}, notices: {} };

/**
 * Divides choices that were not told yet into batches: each day is one, unless it saw too few; then it
 * waits and is told together with the days after it.
 * @param tallies by day, ascending
 */
export function batchesOf(tallies: readonly Tally[]): Batch[] {
  const batches: Batch[] = [];
  let waiting: Tally[] = [];
  for (const day of new Set(tallies.map((tally) => tally.day))) {
    waiting = [...waiting, ...tallies.filter((tally) => tally.day === day && tally.n > 0)];
    const [first] = waiting;
    if (first === undefined || total(waiting) < LEAST) continue;
    batches.push({ fromDay: first.day, toDay: day, figures: figuresOf(waiting) });
    waiting = [];
  }
  return batches;
}

/** Later counts less those that were told of the same day. */
export function without(tallies: readonly Tally[], told: readonly Tally[]): Tally[] {
  const before = new Map(told.map((tally) => [identity(tally), tally.n]));
  return tallies.map((tally) => ({ ...tally, n: tally.n - (before.get(identity(tally)) ?? 0) }));
}

export function add(a: Figures, b: Figures): Figures {
  return {
    n: a.n + b.n,
    choices: addGroups(a.choices, b.choices),
    languages: addGroups(a.languages, b.languages),
    countries: addGroups(a.countries, b.countries),
    notices: addGroups(a.notices, b.notices),
  };
}

function figuresOf(tallies: readonly Tally[]): Figures {
  return {
    n: total(tallies),
    choices: tellApart(
      tallies,
      (t) => `${t.action} ${[t.preferences, t.analytics, t.marketing].map(Number).join("")}`,
    ),
    languages: tellApart(tallies, (t) => t.language),
    countries: tellApart(tallies, (t) => t.country),
    notices: tellApart(tallies, (t) => `${t.policyVersion} ${t.noticeHash}`),
  };
}

/** Groups of `LEAST` and more. The rest is one group, which grows by the smallest others until it is one too. */
function tellApart(tallies: readonly Tally[], groupOf: (tally: Tally) => string): Groups {
  const all = new Map<string, number>();
  for (const tally of tallies) all.set(groupOf(tally), (all.get(groupOf(tally)) ?? 0) + tally.n);
  const known = [...all].filter(([group, n]) => group !== "" && n > 0).sort(([, a], [, b]) => b - a);
  let rest = all.get("") ?? 0;
  while (known.length > 0 && ((known.at(-1)?.[1] ?? 0) < LEAST || (rest > 0 && rest < LEAST))) {
    rest += known.pop()?.[1] ?? 0;
  }
  return Object.fromEntries(rest > 0 ? [...known, ["", rest]] : known);
}

function addGroups(a: Groups, b: Groups): Groups {
  const sum = new Map(Object.entries(a));
  for (const [group, n] of Object.entries(b)) sum.set(group, (sum.get(group) ?? 0) + n);
  return Object.fromEntries(sum);
}

function total(tallies: readonly Tally[]): number {
  return tallies.reduce((sum, { n }) => sum + n, 0);
}

function identity({ n: _, ...kind }: Tally): string {
  return JSON.stringify(Object.entries(kind).sort(([a], [b]) => (a < b ? -1 : 1)));
}
