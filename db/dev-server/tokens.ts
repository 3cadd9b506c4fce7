type TokenKind = "word" | "parameter" | "semicolon" | "open" | "close" | "other";

/** A token of SQL and where it stands; white space and comments are not tokens. */
export type Token = { readonly kind: TokenKind; readonly start: number; readonly end: number };

/**
 * Splits SQL as SQLite's own tokenizer does (https://www.sqlite.org/lang_expr.html#varparam,
 * https://www.sqlite.org/lang_comment.html), as far as finding parameters and statement ends needs it.
 * Never fails: what SQLite would refuse comes out as "other" and SQLite says so itself.
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const start = at;
    const char = sql.charAt(at);
    let kind: TokenKind | "space" = "other";
    if (isSpace(char)) {
      kind = "space";
      at += 1;
    } else if (char === "-" && sql.charAt(at + 1) === "-") {
      kind = "space";
      at = indexAfter(sql, "\n", at + 2);
    } else if (char === "/" && sql.charAt(at + 1) === "*" && at + 2 < sql.length) {
      kind = "space";
      at = indexAfter(sql, "*/", at + 3);
    } else if (char === "'" || char === '"' || char === "`") {
      at = quotedEnd(sql, at, char);
    } else if (char === "[") {
      at = indexAfter(sql, "]", at + 1);
    } else if (char === "?") {
      kind = "parameter";
      at += 1;
      while (isDigit(sql.charAt(at))) at += 1;
    } else if (char === ":" || char === "@" || char === "$" || char === "#") {
      at = variableEnd(sql, at);
      // A lone ":" or "@" is illegal, and "#1" is a register that only SQLite itself may write.
      if (at > start + 1 && char !== "#") kind = "parameter";
    } else if (isDigit(char) || (char === "." && isDigit(sql.charAt(at + 1)))) {
      // Also swallows what may not follow a number ("1$a"): SQLite makes one illegal token of it.
      while (isIdentifierPart(sql.charAt(at)) || sql.charAt(at) === ".") at += 1;
    } else if (isBlobLiteral(sql, at)) {
      at = quotedEnd(sql, at + 1, "'");
    } else if (isIdentifierPart(char)) {
      kind = "word";
      while (isIdentifierPart(sql.charAt(at))) at += 1;
    } else {
      if (char === ";") kind = "semicolon";
      else if (char === "(") kind = "open";
      else if (char === ")") kind = "close";
      at += 1;
    }
    if (kind !== "space") tokens.push({ kind, start, end: at });
  }
  return tokens;
}

function isSpace(char: string): boolean {
  return char === " " || (char >= "\t" && char <= "\r" && char !== "\v") || char === "\ufeff";
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

function isIdentifierPart(char: string): boolean {
  return (
    (char >= "a" && char <= "z") ||
    (char >= "A" && char <= "Z") ||
    isDigit(char) ||
    char === "_" ||
    char === "$" ||
    char >= "\u0080"
  );
}

function isBlobLiteral(sql: string, at: number): boolean {
  return (sql.charAt(at) === "x" || sql.charAt(at) === "X") && sql.charAt(at + 1) === "'";
}

function indexAfter(sql: string, needle: string, from: number): number {
  const found = sql.indexOf(needle, from);
  return found === -1 ? sql.length : found + needle.length;
}

/** A doubled quote inside stands for one quote. */
function quotedEnd(sql: string, start: number, quote: string): number {
  let at = start + 1;
  for (;;) {
    at = indexAfter(sql, quote, at);
    if (sql.charAt(at) !== quote || at >= sql.length) return at;
    at += 1;
  }
}

/** `:name`, `@name`, `$name`, `$ns::name` and `$name(suffix)`. */
function variableEnd(sql: string, start: number): number {
  let at = start + 1;
  let letters = 0;
  for (;;) {
    const char = sql.charAt(at);
    if (isIdentifierPart(char)) {
      letters += 1;
      at += 1;
    } else if (char === "(" && letters > 0) {
      let close = at + 1;
      while (close < sql.length && !isSpace(sql.charAt(close)) && sql.charAt(close) !== ")") close += 1;
      return sql.charAt(close) === ")" ? close + 1 : at;
    } else if (char === ":" && sql.charAt(at + 1) === ":") {
      at += 2;
    } else {
      return letters > 0 ? at : start + 1;
    }
  }
}
