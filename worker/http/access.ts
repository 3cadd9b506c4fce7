import type { MiddlewareHandler } from "hono";
import type { Database } from "../../db/client.ts";
import { type Credential, credentialOf, unauthenticated } from "../accounts/identify.ts";
import { mayUse, type Principal, type Scope } from "../accounts/principal.ts";
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
    const recheck = new Recheck(credential, c.get("database"));
    const principal = remembered ?? (await recheck.now());
    requireAccess(c, principal, access);
    c.set("principal", principal);
    if (remembered !== undefined) c.set("database", recheck);
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
  #principal: Principal | undefined;

  constructor(credential: Credential, database: Database) {
    this.#credential = credential;
    this.#database = database;
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
    return this.#principal;
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
