import type { VersionName } from "./version.ts";

/** Where one policy is read. Paths; `publicUrl` before them makes them absolute. */
export interface Addresses {
  readonly publicUrl: string;
  /** The operator's privacy policy stands under `/privacy`, every other under `/p/{org}/{policy}`. */
  readonly ofOperator: boolean;
  readonly current: string;
  readonly history: string;
  readonly atomFeed: string;
  readonly jsonFeed: string;
  /** A version's address for ever. */
  permanent(version: VersionName): string;
  difference(before: VersionName, after: VersionName): string;
}

/** The addresses of a policy, the same ones by whatever way it was reached. */
export function addressesOf(
  { operatorOrg, publicUrl }: { readonly operatorOrg: string; readonly publicUrl: string },
  org: string,
  policy: string,
): Addresses {
  const ofOperator = org === operatorOrg && policy === "privacy";
  const current = ofOperator ? "/privacy" : `/p/${org}/${policy}`;
  return {
    publicUrl,
    ofOperator,
    current,
    history: `${current}/history`,
    atomFeed: `${current}/feed.atom`,
    jsonFeed: `${current}/feed.json`,
    permanent: (version) => `${current}/${version}`,
    difference: (before, after) => `${current}/${before}..${after}`,
  };
}

/** The proof that a leaf is in the log (C2SP tlog-proof). */
export function receiptPath(log: string, index: number): string {
  return `/log/${log}/receipt/${index}.tlog-proof`;
}
