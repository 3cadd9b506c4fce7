import type { Notice, StoredItem } from "../../consent-banner/configuration.ts";

/** When a page was looked at. */
export const PHASES = ["before", "reject", "accept", "withdraw"] as const;
export type Phase = (typeof PHASES)[number];

/** Something that a page left on the device. */
export interface SeenItem {
  readonly kind: StoredItem["kind"];
  readonly name: string;
  /** Host or domain that it belongs to. */
  readonly host: string;
  /** Days until it goes; 0 = until the browser is closed, null for storage that stays. */
  readonly days: number | null;
}

/** What was there and contacted at the end of one phase. */
export interface Seen {
  readonly items: readonly SeenItem[];
  /** Hosts with port, as in a URL. */
  readonly contacted: readonly string[];
}

export interface ScanFinding {
  readonly rule: "undeclared" | "too-early" | "not-cleared" | "still-contacted";
  readonly phase: Phase;
  readonly what: "cookie" | "local_storage" | "session_storage" | "host";
  readonly name: string;
  readonly host: string;
  /** Id of the service that declares it, or null. */
  readonly service: string | null;
}

/** A third party that was contacted, and who it is by the notice. */
export interface ThirdParty {
  readonly host: string;
  readonly phases: readonly Phase[];
  readonly service: string | null;
}

type Services = Pick<Notice, "services">["services"];
type Entry = Services[number];

/** What the banner itself keeps: `ledger-queue.ts` and `store.ts`. */
const OWN = new Set(["c360_consent", "c360_unsent"]);

/**
 * Compares what pages did with what the notice says.
 * @param ownHosts of the pages and of the banner: they are no third parties
 */
export function compare(
  services: Services,
  seen: Readonly<Record<Phase, Seen>>,
  ownHosts: readonly string[],
): ScanFinding[] {
  return PHASES.flatMap((phase) => [
    ...seen[phase].items
      .filter(({ name }) => !OWN.has(name))
      .flatMap((item): ScanFinding[] => {
        const entry = services.find(({ items }) => items.some((declared) => covers(declared, item)));
        const rule = ruleOf(entry, phase, "not-cleared");
        if (rule === null) return [];
        return [
          { rule, phase, what: item.kind, name: item.name, host: item.host, service: entry?.id ?? null },
        ];
      }),
    ...seen[phase].contacted
      .filter((host) => !ownHosts.includes(host))
      .flatMap((host): ScanFinding[] => {
        const entry = serviceAt(services, host);
        const rule = ruleOf(entry, phase, "still-contacted");
        return rule === null
          ? []
          : [{ rule, phase, what: "host", name: host, host, service: entry?.id ?? null }];
      }),
  ]);
}

function ruleOf(
  entry: Entry | undefined,
  phase: Phase,
  afterWithdrawal: "not-cleared" | "still-contacted",
): ScanFinding["rule"] | null {
  if (entry === undefined) return "undeclared";
  if (entry.category === "necessary" || phase === "accept") return null;
  return phase === "withdraw" ? afterWithdrawal : "too-early";
}

/** Third parties by host, with the phases in which they were contacted. */
export function thirdParties(
  services: Services,
  seen: Readonly<Record<Phase, Seen>>,
  ownHosts: readonly string[],
): ThirdParty[] {
  const hosts = new Set(PHASES.flatMap((phase) => seen[phase].contacted));
  return [...hosts]
    .filter((host) => !ownHosts.includes(host))
    .sort()
    .map((host) => ({
      host,
      phases: PHASES.filter((phase) => seen[phase].contacted.includes(host)),
      service: serviceAt(services, host)?.id ?? null,
    }));
}

/** An entry for the notice's `services`, to be completed by who knows what it is for. */
export interface Proposal {
  readonly id: string;
  readonly category: "marketing";
  readonly name: string;
  readonly provider: string;
  readonly host?: string;
  readonly items: readonly StoredItem[];
}

/** What is missing in the notice, a service for each host; the strictest category until somebody decides. */
export function propose(
  findings: readonly ScanFinding[],
  seen: Readonly<Record<Phase, Seen>>,
  ownHosts: readonly string[],
): Proposal[] {
  const missing = findings.filter(({ rule }) => rule === "undeclared");
  const hosts = [...new Set(missing.map(({ host }) => host.replace(/^\./, "")))].sort();
  return hosts.map((host) => {
    const own = ownHosts.some((one) => one === host || one.replace(/:\d+$/, "") === host);
    const items = new Map<string, StoredItem>();
    for (const { what, name, host: at } of missing) {
      if (what === "host" || at.replace(/^\./, "") !== host) continue;
      const found = PHASES.flatMap((phase) => seen[phase].items).find(
        (item) => item.kind === what && item.name === name,
      );
      items.set(`${what} ${name}`, { name, kind: what, days: found?.days ?? 365 });
    }
    return {
      id: host.replace(/[^A-Za-z0-9]+/g, "_").slice(0, 64),
      category: "marketing",
      name: host,
      provider: host,
      ...(own ? {} : { host }),
      items: [...items.values()],
    };
  });
}

function covers(declared: StoredItem, { kind, name }: SeenItem): boolean {
  if (declared.kind !== kind) return false;
  return declared.name.endsWith("*") ? name.startsWith(declared.name.slice(0, -1)) : declared.name === name;
}

function serviceAt(services: Services, host: string): Entry | undefined {
  return services.find((service) =>
    [service.host, ...(service.hosts ?? [])].some(
      (known) => known !== undefined && (host === known || host.endsWith(`.${known}`)),
    ),
  );
}
