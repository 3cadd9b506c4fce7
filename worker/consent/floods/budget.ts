import type { Statement } from "../../../db/client.ts";
import { auditEntry } from "../../accounts/audit.ts";
import { countGrants, type DaysOfSite, type SiteId } from "./queries.ts";

/** Grants a day that no site has to explain. */
export const LEAST_BUDGET = 20_000;
/** A day may be so much busier than the busiest of the week before. */
const GROWTH = 5;
const DAY_MS = 86_400_000;

/** UTC days since 1970. @param at UTC milliseconds */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

/** Whole seconds until a new day's budget. @param at UTC milliseconds */
export function secondsToNextDay(at: number): number {
  return Math.ceil((DAY_MS - (at % DAY_MS)) / 1000);
}

/** How many grants a site takes in a day before who sends more has to work for it. */
export function budgetOf({ busiest }: Pick<DaysOfSite, "busiest">): number {
  return Math.max(LEAST_BUDGET, GROWTH * busiest);
}

/** The budgets of the sites in one commit: counts what it grants, and tells who is beyond. */
export class Budgets {
  readonly #sites: ReadonlyMap<string, DaysOfSite>;
  readonly #granted = new Map<string, SiteId & { granted: number }>();
  readonly #at: number;

  /** @param at UTC milliseconds of the commit */
  constructor(sites: readonly DaysOfSite[], at: number) {
    this.#sites = new Map(sites.map((site) => [idOf(site), site]));
    this.#at = at;
  }

  spent(site: SiteId): boolean {
    const days = this.#sites.get(idOf(site));
    return days !== undefined && days.today + this.#grantedTo(site) >= budgetOf(days);
  }

  grant({ org, site }: SiteId): void {
    this.#granted.set(idOf({ org, site }), { org, site, granted: this.#grantedTo({ org, site }) + 1 });
  }

  /** To be written with the records; the day's first grant beyond the budget is an alarm in the audit log. */
  statements(): Statement[] {
    const granted = [...this.#granted.values()];
    if (granted.length === 0) return [];
    const day = dayOf(this.#at);
    const alarms = granted.filter((site) => {
      const days = this.#sites.get(idOf(site));
      if (days === undefined || days.today >= budgetOf(days)) return false;
      return days.today + site.granted >= budgetOf(days);
    });
    for (const { site } of alarms)
      console.error(JSON.stringify({ level: "alarm", at: "consent-budget", site }));
    return [
      ...countGrants(granted, day),
      ...alarms.map(({ org, site }) =>
        auditEntry({
          id: `consent-budget ${site} ${day}`,
          org,
          at: this.#at,
          actor: "system",
          action: "consent.budget_spent",
          target: site,
        }),
      ),
    ];
  }

  #grantedTo(site: SiteId): number {
    return this.#granted.get(idOf(site))?.granted ?? 0;
  }
}

function idOf({ org, site }: SiteId): string {
  return JSON.stringify([org, site]);
}
