import type { Database } from "../../../db/client.ts";
import { notFound } from "../../http/problem.ts";
import { readSite, siteOfOrg } from "../queries.ts";
import type { SiteKey } from "../sites/queries.ts";
import { readBatches, toldBatches } from "./queries.ts";
import { add, type Batch, type Groups, LEAST, NOTHING } from "./tell.ts";
import { tellNew } from "./tell-new.ts";

/** Whole days, UTC, as days since 1970-01-01; `before` is not included. */
export interface Days {
  readonly from: number;
  readonly before: number;
}

const DAY_MS = 86_400_000;

/**
 * What a site's visitors chose, from the records alone. Groups under ten are one with others, everywhere and
 * for ever, so that no two answers tell them apart.
 * @throws Problem 404 for another organisation's site
 */
export async function consentMetrics(database: Database, key: SiteKey, { from, before }: Days, now: number) {
  const [own] = await database.read([siteOfOrg(key.site, key.org)]);
  if (readSite(own) === null) throw notFound("site");
  await tellNew(database, key, Math.floor(now / DAY_MS));
  const [stored] = await database.read([toldBatches(key, from, before)]);
  const batches = readBatches(stored);
  const { n, choices, languages, countries, notices } = batches.reduce(
    (sum, { figures }) => add(sum, figures),
    NOTHING,
  );
  return {
    from: dateOf(from),
    to: dateOf(before),
    least_group: LEAST,
    n,
    days: periodsOf(batches),
    actions: sums(choices, (choice) => ({ action: choice?.split(" ")[0] ?? null })),
    categories: categoriesOf(choices),
    languages: sums(languages, (language) => ({ language })),
    countries: sums(countries, (country) => ({ country })),
    notices: sums(notices, (notice) => {
      const [policy_version = null, notice_hash = null] = notice?.split(" ") ?? [];
      return { policy_version, notice_hash };
    }),
  };
}

/** One entry for each set of days that is told together, mostly one day. */
function periodsOf(batches: readonly Batch[]) {
  return batches.map(({ fromDay, toDay, figures }) => ({
    from: dateOf(fromDay),
    to: dateOf(toDay + 1),
    n: figures.n,
    actions: sums(figures.choices, (choice) => ({ action: choice?.split(" ")[0] ?? null })),
  }));
}

/** By what `name` makes of a group (null: everybody who cannot be told apart), most first. */
function sums<Name extends object>(
  groups: Groups,
  name: (group: string | null) => Name,
): (Name & { n: number })[] {
  const found = new Map<string, Name & { n: number }>();
  for (const [group, n] of Object.entries(groups)) {
    const named = name(group === "" ? null : group);
    const id = JSON.stringify(named);
    found.set(id, { ...named, n: n + (found.get(id)?.n ?? 0) });
  }
  return [...found.values()].sort((a, b) => b.n - a.n);
}

/** From the choices that may be told apart, so that they say no more than those do. */
function categoriesOf(choices: Groups) {
  return (["preferences", "analytics", "marketing"] as const).map((category, i) => {
    const counts = { granted: 0, refused: 0, not_told: choices[""] ?? 0 };
    for (const [choice, n] of Object.entries(choices)) {
      if (choice !== "") counts[choice.split(" ")[1]?.[i] === "1" ? "granted" : "refused"] += n;
    }
    return { category, ...counts };
  });
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
