import { SqlError } from "./errors.ts";
import type { Condition, Step } from "./protocol.ts";
import type { Executed } from "./session.ts";
import type { Stream } from "./stream.ts";

/** What became of a step; a skipped one is neither ok nor an error. */
export type StepResult =
  | { readonly type: "ok"; readonly result: Executed }
  | { readonly type: "error"; readonly error: SqlError }
  | { readonly type: "skipped" };

/**
 * Executes steps one after another where their conditions hold. A failing step does not end the batch:
 * the conditions of the following ones decide.
 */
export async function* runBatch(stream: Stream, steps: readonly Step[]): AsyncGenerator<StepResult, void> {
  const done: StepResult[] = [];
  for (const { statement, condition } of steps) {
    const wanted = condition === undefined || holds(condition, done, stream);
    const result = wanted ? await runStep(stream, statement) : ({ type: "skipped" } as const);
    done.push(result);
    yield result;
  }
}

async function runStep(stream: Stream, statement: Step["statement"]): Promise<StepResult> {
  try {
    return { type: "ok", result: await stream.execute(statement) };
  } catch (error) {
    if (error instanceof SqlError) return { type: "error", error };
    throw error;
  }
}

function holds(condition: Condition, done: readonly StepResult[], stream: Stream): boolean {
  switch (condition.type) {
    case "ok":
    case "error":
      return done[condition.step]?.type === condition.type;
    case "not":
      return !holds(condition.cond, done, stream);
    case "and":
      return condition.conds.every((cond) => holds(cond, done, stream));
    case "or":
      return condition.conds.some((cond) => holds(cond, done, stream));
    case "is_autocommit":
      return stream.isAutocommit;
  }
}
