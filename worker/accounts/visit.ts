import type { AppContext } from "../http/app-env.ts";
import { sessionTokenOf, standingOf } from "./identify.ts";
import { mayUse, type Scope } from "./principal.ts";
import {
  membershipsBySession,
  organisationsBySession,
  readMemberships,
  readOrganisations,
} from "./queries.ts";

/** Who opens a page of the app, for routes that answer with a page rather than a refusal. */
export type Visit =
  | { readonly kind: "signed-out" }
  | { readonly kind: "allowed" }
  /** A member whose role does not carry the scope. */
  | { readonly kind: "not-allowed" }
  /** Signed in, but a member of no organisation, or not of the one that is asked for. */
  | { readonly kind: "outsider" }
  /** A member of several organisations who named none. */
  | {
      readonly kind: "choose";
      readonly organisations: readonly { readonly id: string; readonly name: string }[];
    };

/** Judges the session cookie alone, for a page that shows what `scope` guards; a key opens no page. */
export async function visitOf(c: AppContext, scope: Scope): Promise<Visit> {
  const token = await sessionTokenOf(c);
  if (token === null) return { kind: "signed-out" };
  const now = Date.now();
  const [memberships, organisations] = await c
    .get("database")
    .read([membershipsBySession(token, now), organisationsBySession(token, now)]);
  const found = memberships === undefined ? null : readMemberships(memberships);
  if (found === null || organisations === undefined) return { kind: "signed-out" };
  const standing = standingOf(found, c.req.query("org"));
  if (standing.kind === "unnamed") return { kind: "choose", organisations: readOrganisations(organisations) };
  if (standing.kind === "outsider") return { kind: "outsider" };
  return { kind: mayUse(standing.principal, scope) ? "allowed" : "not-allowed" };
}
