import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../local/port.ts";
import { pause } from "../tests/product/under-kills.ts";

const workerd: { readonly default: string } = createRequire(import.meta.url)("workerd");

/**
 * The bench's own companion: takes a JSON body, asks one Durable Object that does nothing, and answers 201.
 * No routing, no checks, no database: the least that any answer from an object can cost.
 */
const COMPANION = `
import { DurableObject } from "cloudflare:workers";
export class EmptyObject extends DurableObject {
  async answer(body) { return { length: JSON.stringify(body).length }; }
}
export default {
  async fetch(request, env) {
    const body = await request.json();
    return Response.json(await env.EMPTY.get(env.EMPTY.idFromName("one")).answer(body), { status: 201 });
  },
};`;

export interface EmptyObject {
  readonly url: string;
  stop(): Promise<void>;
}

/** The companion in a workerd of its own, the same program that runs the product. */
export async function startEmptyObject(): Promise<EmptyObject> {
  const folder = mkdtempSync(join(tmpdir(), "callers360-empty-object-"));
  const port = await freePort();
  const config = join(folder, "workerd.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    compatibilityDate = "2026-10-23",
    modules = [(name = "index.js", esModule = ${JSON.stringify(COMPANION)})],
    bindings = [(name = "EMPTY", durableObjectNamespace = "EmptyObject")],
    durableObjectNamespaces = [(className = "EmptyObject", uniqueKey = "EmptyObject", enableSql = true)],
    durableObjectStorage = (inMemory = void)))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
`,
  );
  const child = spawn(workerd.default, ["serve", config], { stdio: "inherit" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(url, { method: "POST", body: "{}" }).catch(() => null);
    if (answer?.status === 201) break;
    if (attempt === 200) throw new Error("the companion of the bench did not come up");
    await pause(50);
  }
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
