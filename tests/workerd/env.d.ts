/** What `env` of `cloudflare:test` holds: the worker's own bindings. */
declare namespace Cloudflare {
  interface Env extends EdgeEnv {}
}
type EdgeEnv = import("../../worker/env.ts").Env;
