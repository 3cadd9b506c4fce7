import type { Hono } from "hono";
import { METHOD_NAME_ALL } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";
import { accessOf } from "./access.ts";
import type { AppEnv } from "./app-env.ts";
import { type Operation, operationOf } from "./describe.ts";
import { notFound, Problem } from "./problem.ts";

/** One route, who may use it and what it says of itself. */
export interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
  readonly access: ReturnType<typeof accessOf>;
  readonly operation: Operation | undefined;
}

/** Every route of the app with what it declares; middleware (`ALL`) is not a route. */
export function declaredRoutes(app: Hono<AppEnv>): DeclaredRoute[] {
  const routes = new Map<string, DeclaredRoute>();
  for (const { method, path, handler } of app.routes) {
    if (method === METHOD_NAME_ALL) continue;
    const id = `${method} ${path}`;
    const known = routes.get(id);
    const access = accessOf(handler) ?? known?.access;
    const operation = operationOf(handler) ?? known?.operation;
    routes.set(id, { method, path, access, operation });
  }
  return [...routes.values()];
}

/**
 * Refuses to start with a route that declares no access.
 * @throws Error that names the routes
 */
export function requireDeclaredAccess(app: Hono<AppEnv>): void {
  const open = declaredRoutes(app).filter((route) => route.access === undefined);
  if (open.length > 0) {
    throw new Error(`routes without declared access: ${open.map((r) => `${r.method} ${r.path}`).join(", ")}`);
  }
}

/** The problem for a request that met no route: 405 with `Allow` where another method would, else 404. */
export function unmatched(app: Hono<AppEnv>): (path: string) => Problem {
  const router = new TrieRouter<string>();
  for (const { method, path } of declaredRoutes(app)) router.add(METHOD_NAME_ALL, path, method);
  return (path) => {
    const [matches] = router.match(METHOD_NAME_ALL, path);
    const methods = new Set(matches.map(([method]) => method));
    if (methods.size === 0) return notFound("page or route");
    if (methods.has("GET")) methods.add("HEAD");
    const allowed = [...methods].sort().join(", ");
    return new Problem(405, "method-not-allowed", "Method not allowed", `This address takes ${allowed}.`, {
      headers: { allow: allowed },
    });
  };
}
