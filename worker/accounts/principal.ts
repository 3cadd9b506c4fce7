import type { Place } from "../../db/places.ts";

declare const brand: unique symbol;
/** Organisation id, as `org_demo`. */
export type OrgId = string & { readonly [brand]: "org" };

/** What a key may be allowed to do; `manage` is all of management and nothing else. */
export const SCOPES = ["calls:write", "calls:read", "metrics:read", "consent:read", "manage"] as const;
export type Scope = (typeof SCOPES)[number];

export type Role = "owner" | "admin" | "member";

/** Who is asking, after the database said so. */
export type Principal = {
  readonly org: OrgId;
  /** Where the organisation's call data is. */
  readonly place: Place;
} & (
  | { readonly kind: "key"; readonly keyId: string; readonly scopes: ReadonlySet<Scope> }
  | { readonly kind: "member"; readonly userId: string; readonly role: Role }
);

/** The named boundary where text from the database or a setting becomes an organisation id. */
export function orgId(text: string): OrgId {
  return text as OrgId;
}

/** Admins read and manage; they never write calls, which only a key does. */
const ADMIN_SCOPES: ReadonlySet<Scope> = new Set(["calls:read", "metrics:read", "consent:read", "manage"]);

/** The one rule of who may do what. */
export function mayUse(principal: Principal, scope: Scope): boolean {
  if (principal.kind === "key") return principal.scopes.has(scope);
  return principal.role !== "member" && ADMIN_SCOPES.has(scope);
}
