import type { MiddlewareHandler } from "hono";
import type { Database } from "../../db/client.ts";
import { type Places, placesBeside } from "../../db/places.ts";
import { type Credential, credentialOf, unauthenticated } from "../accounts/identify.ts";
import { mayUse, type Principal, type Scope } from "../accounts/principal.ts";
import { readBeside, TenantDatabase } from "../accounts/tenant-database.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { Problem } from "./problem.ts";

/** Who may use a route. There is no default: a route that declares none stops the worker's start. */
export type Access =
  /** Anybody. */
  | { readonly kind: "public" }
  /** A browser on an origin that is registered for the `{site}` in the path; the route checks it in its own batch. */
  | { readonly kind: "site-origin" }
  /** A key with this scope, or a signed-in member whose role carries it. Members only read, unless `memberWrites`. */
  | { readonly kind: "scope"; readonly scope: Scope; readonly memberWrites?: boolean }
  /** A signed-in member whose role carries this scope; no key. */
  | { readonly kind: "member"; readonly scope: Scope };

export const PUBLIC: Access = { kind: "public" };
export const SITE_ORIGIN: Access = { kind: "site-origin" };

const declared = new WeakMap<object, Access>();

/** The access that a handler declares, for the walk over all routes. */
export function accessOf(handler: object): Access | undefined {
  return declared.get(handler);
}

/** Declares and enforces who may use a route: the first handler of every route. */
export function allow(access: Access): MiddlewareHandler<AppEnv> {
  const guard: MiddlewareHandler<AppEnv> = async (c, next) => {
    if (access.kind === "public" || access.kind === "site-origin") return next();
    const credential = await credentialOf(c);
    if (credential === null) throw unauthenticated();
    const reading = c.req.method === "GET" || c.req.method === "HEAD";
    const remembered = reading ? recall(credential.id) : undefined;
    const places = placesBeside(c.get("database"), c.get("settings").orgDatabases);
    const recheck = new Recheck(credential, places.directory);
    const principal = remembered ?? (await recheck.now());
    requireAccess(c, principal, access);
    c.set("principal", principal);
    if (remembered === undefined) {
      c.set("tenant", new TenantDatabase(places, principal.org, principal.place));
    } else {
      c.set("database", recheck);
      c.set("tenant", new RecheckedTenant(recheck, places, remembered));
    }
    await next();
    // What was remembered is believed only until the answer leaves.
    if (remembered !== undefined) requireAccess(c, await recheck.believed(), access);
  };
  declared.set(guard, access);
  return guard;
}

/** The principal of a guarded route. */
export function principalOf(c: AppContext): Principal {
  const principal = c.get("principal");
  if (principal === undefined) throw new Error("this route is public: it has no principal");
  return principal;
}

/** The database with the call data of a guarded route's organisation. */
export function tenantOf(c: AppContext): Database {
  const tenant = c.get("tenant");
  if (tenant === undefined) throw new Error("this route is public: it has no organisation");
  return tenant;
}

/**
 * For an answer that takes its time: a database like `tenantOf`'s whose first read asks again who is asking.
 * @throws Problem 401 where the request carries no credential
 */
export async function tenantAnew(c: AppContext, access: Access): Promise<() => Database> {
  const credential = await credentialOf(c);
  if (credential === null) throw unauthenticated();
  const places = placesBeside(c.get("database"), c.get("settings").orgDatabases);
  const principal = principalOf(c);
  return () => {
    const recheck = new Recheck(credential, places.directory, (now) => requireAccess(c, now, access));
    return new RecheckedTenant(recheck, places, principal);
  };
}

function requireAccess(c: AppContext, principal: Principal, access: Access): void {
  if (access.kind !== "scope" && access.kind !== "member") return;
  if (access.kind === "member" && principal.kind === "key") throw unauthenticated();
  if (!mayUse(principal, access.scope)) throw insufficient(access.scope, principal);
  if (principal.kind === "key") return;
  if (c.req.method === "GET" || c.req.method === "HEAD") return;
  if (access.kind === "scope" && access.memberWrites !== true) throw insufficient(access.scope, principal);
  // A cookie rides along on foreign requests; Origin does not lie in browsers.
  if (c.req.header("origin") !== new URL(c.req.url).origin) {
    throw new Problem(
      403,
      "foreign-origin",
      "Foreign origin",
      "This request did not come from our own pages.",
    );
  }
}

function insufficient(scope: Scope, principal: Principal): Problem {
  const who = principal.kind === "key" ? "This key" : "Your role";
  return new Problem(403, "insufficient-scope", "Not allowed", `${who} does not carry the scope ${scope}.`);
}

/**
 * The request's database while its caller is only remembered: the first batch asks for the
 * credential too, and a changed word throws the whole answer away.
 */
class Recheck implements Database {
  readonly #credential: Credential;
  readonly #database: Database;
  readonly #judge: (principal: Principal) => void;
  #principal: Principal | undefined;

  /** @param judge throws where the principal, as the database knows it now, may not do this */
  constructor(credential: Credential, database: Database, judge: (principal: Principal) => void = () => {}) {
    this.#credential = credential;
    this.#database = database;
    this.#judge = judge;
  }

  async now(): Promise<Principal> {
    const [result] = await this.#database.read([this.#credential.question]);
    if (result === undefined) throw unauthenticated();
    return this.#accept(result);
  }

  async believed(): Promise<Principal> {
    return this.#principal ?? this.now();
  }

  async read(statements: Parameters<Database["read"]>[0]): ReturnType<Database["read"]> {
    if (this.#principal !== undefined) return this.#database.read(statements);
    const [first, ...rest] = await this.#database.read([this.#credential.question, ...statements]);
    if (first === undefined) throw unauthenticated();
    this.#accept(first);
    return rest;
  }

  async write(statements: Parameters<Database["write"]>[0]): ReturnType<Database["write"]> {
    await this.believed();
    return this.#database.write(statements);
  }

  #accept(result: Parameters<Credential["answer"]>[0]): Principal {
    try {
      this.#principal = this.#credential.answer(result);
    } catch (error) {
      memory.delete(this.#credential.id);
      throw error;
    }
    remember(this.#credential.id, this.#principal);
    this.#judge(this.#principal);
    return this.#principal;
  }
}

/** `tenantOf` while the caller is only remembered: the first read carries the check, or has it beside it. */
class RecheckedTenant implements Database {
  readonly #recheck: Recheck;
  readonly #places: Places;
  readonly #remembered: Principal;
  #believed: TenantDatabase | undefined;

  constructor(recheck: Recheck, places: Places, remembered: Principal) {
    this.#recheck = recheck;
    this.#places = places;
    this.#remembered = remembered;
  }

  async read(statements: Parameters<Database["read"]>[0]): ReturnType<Database["read"]> {
    if (this.#believed !== undefined) return this.#believed.read(statements);
    const { place } = this.#remembered;
    if (place !== null) {
      return readBeside(this.#places, place, statements, async () => (await this.#believe()).place);
    }
    const results = await this.#recheck.read(statements);
    const now = await this.#believe();
    return now.place === null ? results : this.#places.at(now.place).read(statements);
  }

  async write(statements: Parameters<Database["write"]>[0]): ReturnType<Database["write"]> {
    const { place } = await this.#believe();
    return this.#places.at(place).write(statements);
  }

  async #believe(): Promise<Principal> {
    const principal = await this.#recheck.believed();
    this.#believed ??= new TenantDatabase(this.#places, principal.org, principal.place);
    return principal;
  }
}

/** Bounded, oldest out first; only a hint, since every use is checked again. */
const memory = new Map<string, Principal>();
const MEMORY_SIZE = 1000;

function recall(id: string): Principal | undefined {
  return memory.get(id);
}

function remember(id: string, principal: Principal): void {
  memory.delete(id);
  memory.set(id, principal);
  const oldest = memory.keys().next();
  if (memory.size > MEMORY_SIZE && !oldest.done) memory.delete(oldest.value);
}
