import type { ErrorHandler } from "hono";
import { DatabaseUnavailable } from "../../db/client.ts";
import type { AppEnv } from "./app-env.ts";
import { Problem, problemResponse, unavailable } from "./problem.ts";

/** Every error leaves as a problem; what we did not foresee is logged and leaves without its words. */
export const answerError: ErrorHandler<AppEnv> = (error, c) => {
  if (error instanceof Problem) return problemResponse(c, error);
  if (error instanceof DatabaseUnavailable) {
    console.error(
      JSON.stringify({
        level: "error",
        route: c.req.routePath,
        error: error.message,
        cause: String(error.cause),
      }),
    );
    return problemResponse(c, unavailable());
  }
  console.error(
    JSON.stringify({ level: "error", route: c.req.routePath, error: String(error), stack: error.stack }),
  );
  return problemResponse(
    c,
    new Problem(500, "internal", "Internal error", "Something went wrong on our side. It has been logged."),
  );
};
