import type { MiddlewareHandler } from "hono";
import type { Settings } from "../env.ts";
import type { AppEnv } from "./app-env.ts";
import { Problem } from "./problem.ts";

const LOOPBACK_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Whether the worker answers to this Host: PUBLIC_HOST, and on a localhost name the loopback names on any port. */
export function answersTo(host: string, settings: Pick<Settings, "publicHost" | "local">): boolean {
  const wanted = host.toLowerCase();
  if (wanted === settings.publicHost) return true;
  if (!settings.local) return false;
  const name = wanted.replace(/:\d+$/, "");
  return LOOPBACK_NAMES.has(name) || name === settings.publicHost.replace(/:\d+$/, "");
}

/** 421 for any other Host, so that no link, cache entry or cookie is ever made for a foreign name. */
export const requireOwnHost: MiddlewareHandler<AppEnv> = async (c, next) => {
  const host = c.req.header("host") ?? new URL(c.req.url).host;
  if (!answersTo(host, c.get("settings"))) throw misdirected();
  await next();
};

export function misdirected(): Problem {
  return new Problem(421, "misdirected", "Misdirected request", "This server does not answer for that host.");
}
