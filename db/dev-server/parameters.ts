import { SqlError } from "./errors.ts";
import type { SqlValue } from "./native.ts";

/** Parameter `i + 1` has the name at `i` (`:a`, `@a`, `$a`, `?3`), or null for a bare `?` or a gap. */
export type ParameterNames = readonly (string | null)[];

/** SQLite's SQLITE_MAX_VARIABLE_NUMBER; beyond it SQLite refuses the statement itself. */
const MAX_PARAMETER = 32_766;

/**
 * Numbers parameters as SQLite does: `?` takes the next number, `?N` is N, a name keeps the number of
 * its first appearance. The native binding cannot be asked.
 */
export function numberParameters(written: readonly string[]): ParameterNames {
  const names: (string | null)[] = [];
  const numbers = new Map<string, number>();
  for (const text of written) {
    if (text === "?") {
      names.push(null);
    } else if (!numbers.has(text)) {
      const number = text.startsWith("?") ? Number(text.slice(1)) : names.length + 1;
      if (number < 1 || number > MAX_PARAMETER) continue;
      while (names.length < number) names.push(null);
      names[number - 1] ??= text;
      numbers.set(text, number);
    }
  }
  return names;
}

export type Arguments = {
  readonly positional: readonly SqlValue[];
  readonly named: ReadonlyMap<string, SqlValue>;
};

/**
 * One value for every parameter, in order. A name may be given with or without its prefix. Arguments
 * must fill the parameters, except under EXPLAIN, which does not run the statement.
 * @throws SqlError ARGS_BOTH_POSITIONAL_AND_NAMED, ARGS_INVALID
 */
export function bindArguments(names: ParameterNames, given: Arguments, isExplain: boolean): SqlValue[] {
  const { positional, named } = given;
  if (positional.length > 0 && named.size > 0) {
    throw new SqlError(
      "Specifying both positional and named arguments is not supported",
      "ARGS_BOTH_POSITIONAL_AND_NAMED",
    );
  }
  const count = positional.length + named.size;
  if (count > names.length) {
    throw invalid(`too many parameters, expected ${names.length} found ${count}`);
  }
  return names.map((name, index) => {
    const isPosition = name === null || name.startsWith("?");
    const value = isPosition ? positional[index] : byName(named, name);
    if (value === undefined && !isExplain) {
      throw invalid(`value for parameter ${name ?? index + 1} not found`);
    }
    return value ?? null;
  });
}

function byName(named: Arguments["named"], name: string): SqlValue | undefined {
  const exact = named.get(name);
  return exact === undefined ? named.get(name.slice(1)) : exact;
}

function invalid(reason: string): SqlError {
  return new SqlError(`Arguments do not match SQL parameters: ${reason}`, "ARGS_INVALID");
}
