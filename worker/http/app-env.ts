import type { Context } from "hono";
import type { Database } from "../../db/client.ts";
import type { Principal } from "../accounts/principal.ts";
import type { Env, Settings } from "../env.ts";

/** What every route finds in its context. `principal` is set by the guard of routes that need one. */
export type AppEnv = {
  Bindings: Env;
  Variables: {
    settings: Settings;
    database: Database;
    principal: Principal | undefined;
    /** Where a guarded route finds its organisation's call data; read by `tenantOf`. */
    tenant: Database | undefined;
  };
};

export type AppContext = Context<AppEnv>;
