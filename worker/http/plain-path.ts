import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";
import { notFound } from "./problem.ts";

const CONTROL_CHARACTER = /%(?:[01][0-9a-f]|7f)/i;

/** 404 for an address with a control character: none of ours has one, and a database may not take NUL. */
export const requirePlainPath: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { url } = c.req;
  if (url.includes("%") && CONTROL_CHARACTER.test(new URL(url).pathname)) throw notFound("page or route");
  await next();
};
