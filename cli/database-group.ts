import { type DatabaseGroup, isGroupPattern } from "../db/places.ts";
import { Misuse } from "./misuse.ts";

/** The databases that organisations may have, as the worker's own settings name them. @throws Misuse */
export function databaseGroupOf(env: NodeJS.ProcessEnv, token?: string): DatabaseGroup | null {
  const urls = env.ORG_DATABASES ?? "";
  if (urls === "") return null;
  if (!isGroupPattern(urls)) {
    throw new Misuse(
      "ORG_DATABASES must be a URL without a path and with one *, as https://*-acme.turso.io.",
    );
  }
  return { urls, token: token ?? (env.ORG_DATABASES_TOKEN || undefined) };
}
