import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { bindArguments } from "./parameters.ts";
import { parseStatements } from "./statement.ts";

function parameters(sql: string): readonly (string | null)[] {
  return parseStatements(sql)[0]?.parameters ?? [];
}

/** https://www.sqlite.org/lang_expr.html#varparam */
test.each<[string, (string | null)[]]>([
  ["SELECT ?, ?, ?", [null, null, null]],
  ["SELECT ?2, ?, ?1", ["?1", "?2", null]],
  ["SELECT :a, ?, :a, @a, $a", [":a", null, "@a", "$a"]],
  ["SELECT ?5", [null, null, null, null, "?5"]],
  ["SELECT $ns::name, $arr(x)", ["$ns::name", "$arr(x)"]],
  ["SELECT 'it''s ?', \"?\", `?`, [?], x'00', :b", [":b"]],
  ["SELECT /* ? */ 1 -- ?\n + :c /* open", [":c"]],
  ["SELECT a$b, 1.5e3, @é FROM t", ["@é"]],
  ["SELECT json -> '$.x' ->> :p", [":p"]],
  ["SELECT 'unfinished ?", []],
])("parameters of %s", (sql, names) => {
  expect(parameters(sql)).toEqual(names);
});

/** EXPLAIN shows the number of each parameter, in the order of writing. */
test.each([
  [[":a", "?2", "?", "$b", ":a", "?6", "$ns::x(y)", "@é"]],
  [["?", "?1", "?", ":x", "?4", "?", ":x", "?"]],
  [["?3", "?", "?", "@last", "?2", "$last"]],
])("numbers of %j agree with another SQLite", (written) => {
  const sql = `SELECT ${written.join(" /* ? */, -- :no\n")}, '?', x'3f'`;
  const program = new DatabaseSync(":memory:").prepare(`EXPLAIN ${sql}`).all();
  const numbers = program.filter(({ opcode }) => opcode === "Variable").map(({ p1 }) => Number(p1));
  expect(numbers).toHaveLength(written.length);
  const names = parameters(sql);
  expect(names).toHaveLength(Math.max(...numbers));
  for (const [at, text] of written.entries()) {
    const name = names[(numbers[at] ?? 0) - 1];
    // A bare "?" may share its number with a "?N".
    if (text === "?") expect(name ?? "?").toMatch(/^[?]/);
    else expect(name).toBe(text);
  }
});

test.each<[string, string[]]>([
  ["SELECT 1; ; SELECT 2;", ["SELECT 1", "SELECT 2"]],
  ["/* a; */ SELECT ';' -- b;\n", ["SELECT ';'"]],
  [
    "CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; END; SELECT 4",
    [
      "CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; END",
      "SELECT 4",
    ],
  ],
  [
    "BEGIN; INSERT INTO t VALUES (1); END; SELECT 5",
    ["BEGIN", "INSERT INTO t VALUES (1)", "END", "SELECT 5"],
  ],
  ["", []],
])("statements of %s", (sql, statements) => {
  expect(parseStatements(sql).map((statement) => statement.sql)).toEqual(statements);
});

test.each([
  ["select 1", "read", false],
  ["WITH x AS (INSERT) SELECT 1", "read", false],
  ["with recursive x(a) as (select 1) insert into t select a from x", "insert", true],
  ["WITH x AS (SELECT 1) DELETE FROM t", "change", true],
  ["REPLACE INTO t VALUES (1)", "insert", true],
  ["BEGIN", "begin", false],
  ["BEGIN IMMEDIATE", "begin", true],
  ["END TRANSACTION", "end", false],
  ["ROLLBACK TO x", "rollback", false],
  ["CREATE TABLE t (a)", "schema", true],
  ["VACUUM", "schema", true],
  ["EXPLAIN DELETE FROM t", "explain", false],
])("%s is a %s statement", (sql, verb, writes) => {
  expect(parseStatements(sql)[0]).toMatchObject({ verb, writes });
});

test("arguments fill parameters by number or name, and must all be there", () => {
  const none = new Map<string, string>();
  const names = [null, "?2", ":c"];
  expect(() => bindArguments(names, { positional: ["a", "b", "c"], named: none }, false)).toThrow(":c");
  expect(bindArguments([null, "?2"], { positional: ["a", null], named: none }, false)).toEqual(["a", null]);
  expect(
    bindArguments(
      [":c", "@d"],
      {
        positional: [],
        named: new Map([
          ["c", null],
          ["@d", "x"],
        ]),
      },
      false,
    ),
  ).toEqual([null, "x"]);
  expect(() => bindArguments([null], { positional: ["a", "b"], named: none }, false)).toThrow("too many");
  expect(() => bindArguments([null], { positional: ["a"], named: new Map([["b", "c"]]) }, false)).toThrow(
    "both",
  );
  expect(bindArguments([null], { positional: [], named: none }, true)).toEqual([null]);
});

test.each([
  ["SELECT x'ff00', 'x''ff''', X'Fe' -- x'ff'", "SELECT x'4141', 'x''ff''', X'41'"],
  [" EXPLAIN INSERT INTO t VALUES (x'ff') ; ", "EXPLAIN INSERT INTO t VALUES (x'41')"],
  ["SELECT x'fff'", "SELECT x'41f'"],
  ["SELECT 1", "SELECT 1"],
])("%s is explained as %s", (sql, explainable) => {
  expect(parseStatements(sql)[0]?.explainable).toBe(explainable);
});
