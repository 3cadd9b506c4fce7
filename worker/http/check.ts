import * as v from "valibot";
import type { FieldError } from "./problem.ts";

export type Schema = v.GenericSchema<unknown, unknown>;

/**
 * A value under a schema, as a result: for places where a bad value is one row of an answer.
 * Pointers start at `base`.
 */
export function check<S extends Schema>(
  schema: S,
  value: unknown,
  base = "",
): { ok: true; value: v.InferOutput<S> } | { ok: false; errors: FieldError[] } {
  const result = v.safeParse(schema, value);
  if (result.success) return { ok: true, value: result.output };
  return {
    ok: false,
    errors: result.issues.map((issue) => ({
      pointer: base + pointerOf(pathOf(issue)),
      detail: sentence(issue),
    })),
  };
}

/** Where in the value an issue is. */
export function pathOf(issue: v.BaseIssue<unknown>): (string | number)[] {
  return (issue.path ?? []).map((item) => (typeof item.key === "number" ? item.key : String(item.key)));
}

/** RFC 6901. */
function pointerOf(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** What is wrong, for people. Never echoes the value: it may be personal. */
export function sentence(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object") {
    if (issue.expected === "never") return "is not a known field.";
    if (issue.expected !== "Object") return "is required.";
    if (issue.message.startsWith("Invalid ")) return "must be an object.";
  }
  if (issue.expected !== null && issue.message.startsWith("Invalid ")) return `must be ${issue.expected}.`;
  return issue.message;
}
