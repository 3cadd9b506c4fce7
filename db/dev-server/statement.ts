import { SqlError } from "./errors.ts";
import { numberParameters, type ParameterNames } from "./parameters.ts";
import { type Token, tokenize } from "./tokens.ts";

/** What a statement does, as far as the server must treat it differently. */
export type Verb =
  | "read"
  | "insert"
  | "change"
  | "begin"
  | "end"
  | "rollback"
  | "savepoint"
  | "pragma"
  | "explain"
  | "attach"
  | "schema";

/** One SQL statement, without its semicolon, comments before it or after it. */
export type Statement = {
  readonly sql: string;
  readonly verb: Verb;
  readonly parameters: ParameterNames;
  /** Its words in upper case as far as the server looks at them: at most the first four. */
  readonly opening: readonly string[];
  /** True when it takes SQLite's write lock (a PRAGMA may, too: only SQLite knows). */
  readonly writes: boolean;
  /** True when the connection may be different afterwards for whoever uses it next. */
  readonly altersConnection: boolean;
  /** True when SQL of this statement unpacks JSON. */
  readonly readsJson: boolean;
  /** The same for EXPLAIN, which shows a blob's bytes as text: no UTF-8, and the binding ends the process. */
  readonly explainable: string;
};

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ["SELECT", "read"],
  ["VALUES", "read"],
  ["INSERT", "insert"],
  ["REPLACE", "insert"],
  ["UPDATE", "change"],
  ["DELETE", "change"],
  ["BEGIN", "begin"],
  ["COMMIT", "end"],
  ["END", "end"],
  ["ROLLBACK", "rollback"],
  ["SAVEPOINT", "savepoint"],
  ["RELEASE", "savepoint"],
  ["PRAGMA", "pragma"],
  ["EXPLAIN", "explain"],
  ["ATTACH", "attach"],
  ["DETACH", "attach"],
]);

const WRITING_VERBS: ReadonlySet<Verb> = new Set(["insert", "change", "schema"]);

/** Statements are the same few hundred over and over; each is taken apart once. */
const parsed = new Map<string, readonly Statement[]>();
const MAX_PARSED = 1_000;
const MAX_PARSED_LENGTH = 20_000;

/** The statements of `sql`, in order; empty ones are left out. */
export function parseStatements(sql: string): readonly Statement[] {
  const known = parsed.get(sql);
  if (known !== undefined) return known;
  const statements = split(sql, tokenize(sql)).map((tokens) => describe(sql, tokens));
  if (sql.length > MAX_PARSED_LENGTH) return statements;
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(sql, statements);
  return statements;
}

/** @throws SqlError SQL_NO_STATEMENT, SQL_MANY_STATEMENTS */
export function parseOneStatement(sql: string): Statement {
  const [statement, second] = parseStatements(sql);
  if (statement === undefined) {
    throw new SqlError("SQL string does not contain any statement", "SQL_NO_STATEMENT");
  }
  if (second !== undefined) {
    throw new SqlError("SQL string contains more than one statement", "SQL_MANY_STATEMENTS");
  }
  return statement;
}

/** Semicolons end statements, except inside CREATE TRIGGER, which ends at `; END ;`. */
function split(sql: string, tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [];
  let current: Token[] = [];
  let trigger = false;
  for (const token of tokens) {
    if (token.kind !== "semicolon" || (trigger && !endsTrigger(sql, current))) {
      current.push(token);
      if (current.length <= 4) trigger = beginsTrigger(sql, current);
      continue;
    }
    if (current.length > 0) statements.push(current);
    current = [];
    trigger = false;
  }
  if (current.length > 0) statements.push(current);
  return statements;
}

function beginsTrigger(sql: string, tokens: readonly Token[]): boolean {
  const words = tokens.map((token) => upper(sql, token));
  const create = words[0] === "EXPLAIN" ? 1 : 0;
  if (words[create] !== "CREATE") return false;
  const next = words[create + 1];
  return next === "TRIGGER" || ((next === "TEMP" || next === "TEMPORARY") && words[create + 2] === "TRIGGER");
}

function endsTrigger(sql: string, tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  return last !== undefined && upper(sql, last) === "END" && tokens.at(-2)?.kind === "semicolon";
}

function describe(sql: string, tokens: readonly Token[]): Statement {
  const first = tokens[0];
  const text = first === undefined ? "" : sql.slice(first.start, tokens.at(-1)?.end);
  const opening = tokens.slice(0, 4).map((token) => upper(sql, token));
  const verb = verbOf(sql, tokens);
  const explainable = withLegibleBlobs(sql, tokens);
  return {
    sql: verb === "explain" ? explainable : text,
    verb,
    opening,
    writes: WRITING_VERBS.has(verb) || (verb === "begin" && /IMMEDIATE|EXCLUSIVE/.test(opening[1] ?? "")),
    parameters: numberParameters(
      tokens.filter((token) => token.kind === "parameter").map((token) => sql.slice(token.start, token.end)),
    ),
    altersConnection: verb === "pragma" || verb === "attach" || (verb === "schema" && /\btemp/i.test(text)),
    readsJson: /json|->/i.test(text),
    explainable,
  };
}

/** The statement's text with each literal `x'…'` made of as many letters A. */
function withLegibleBlobs(sql: string, tokens: readonly Token[]): string {
  let at = tokens[0]?.start ?? 0;
  let text = "";
  for (const { start, end } of tokens) {
    const literal = sql.slice(start, end);
    if (!/^x'/i.test(literal)) continue;
    text += sql.slice(at, start) + literal.replaceAll(/[0-9a-f]{2}/gi, "41");
    at = end;
  }
  return text + sql.slice(at, tokens.at(-1)?.end ?? at);
}

/** The main verb of `WITH … INSERT` stands outside all parentheses. */
function verbOf(sql: string, tokens: readonly Token[]): Verb {
  const first = tokens[0];
  if (first === undefined) return "read";
  const word = upper(sql, first);
  if (word !== "WITH") return VERBS.get(word) ?? "schema";
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "open") depth += 1;
    else if (token.kind === "close") depth -= 1;
    else if (token.kind === "word" && depth === 0) {
      const verb = VERBS.get(upper(sql, token));
      if (verb === "read" || verb === "insert" || verb === "change") return verb;
    }
  }
  return "read";
}

function upper(sql: string, token: Token): string {
  return sql.slice(token.start, token.end).toUpperCase();
}
