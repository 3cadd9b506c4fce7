import { isLocalhostName } from "../worker/http/localhost-name.ts";
import { Refusal } from "./refusal.ts";

/** What the person who starts may set. */
export interface StartSettings {
  readonly port: number;
  readonly dataFolder: string;
  readonly publicHost: string;
  /** No demo calls. */
  readonly empty: boolean;
  readonly rateLimits: boolean;
  /** Webhooks may reach 127.0.0.1. */
  readonly outboundLocal: boolean;
}

/**
 * Reads the environment and the arguments. Empty is not set: an empty DATA_DIR is not this folder.
 * @throws Refusal in one sentence for whatever is wrong
 */
export function readSettings(env: NodeJS.ProcessEnv, args: readonly string[]): StartSettings {
  requireNode(env.npm_config_user_agent ?? "");
  const unknown = args.find((arg) => arg !== "--empty");
  if (unknown !== undefined)
    throw new Refusal(`Unknown argument ${unknown}; the only one is --empty (no demo calls).`);
  const port = Number(env.PORT || "8787");
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Refusal("PORT must be a number from 0 to 65535.");
  const publicHost = env.PUBLIC_HOST || "callers360.localhost";
  if (!isLocalhostName(publicHost)) {
    throw new Refusal(
      `The demo credentials are only for a localhost name, and PUBLIC_HOST is ${publicHost}; deploy to Cloudflare for a public one.`,
    );
  }
  return {
    port,
    dataFolder: env.DATA_DIR || ".data",
    publicHost,
    empty: args.includes("--empty"),
    rateLimits: env.C360_RATE_LIMITS !== "off",
    outboundLocal: env.C360_LOCAL_WEBHOOKS === "on",
  };
}

/** The scripts run on the project's own Node; the machine's, which npm names, runs npm itself and must be able to. */
function requireNode(userAgent: string): void {
  const version = /\bnode\/v(\d+)/.exec(userAgent)?.[1];
  if (version !== undefined && Number(version) < 20) {
    throw new Refusal(
      `This machine's Node is version ${version}; install Node 20 or newer, then run npm ci and npm start again.`,
    );
  }
}
