/**
 * Where each value of a JSON text begins: line (from 1) by JSON pointer (RFC 6901).
 * @param json a text that `JSON.parse` takes
 */
export function linesOf(json: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let at = 0;
  let line = 1;

  const skip = () => {
    for (; /\s/.test(json[at] ?? ""); at += 1) if (json[at] === "\n") line += 1;
  };
  const text = (): string => {
    const begin = at;
    for (at += 1; json[at] !== '"'; at += 1) if (json[at] === "\\") at += 1;
    at += 1;
    return String(JSON.parse(json.slice(begin, at)));
  };
  /** What stands between brackets, entry by entry. */
  const entries = (end: string, entry: (i: number) => void) => {
    at += 1;
    for (let i = 0; ; i += 1) {
      skip();
      if (json[at] === end) break;
      if (json[at] === ",") {
        at += 1;
        skip();
      }
      entry(i);
    }
    at += 1;
  };
  const value = (pointer: string) => {
    skip();
    lines.set(pointer, line);
    const sign = json[at];
    if (sign === "{") {
      entries("}", () => {
        const key = text().replaceAll("~", "~0").replaceAll("/", "~1");
        skip();
        at += 1;
        value(`${pointer}/${key}`);
      });
    } else if (sign === "[") {
      entries("]", (i) => value(`${pointer}/${i}`));
    } else if (sign === '"') {
      text();
    } else {
      while (/[^\s,\]}]/.test(json[at] ?? " ")) at += 1;
    }
  };
  value("");
  return lines;
}

/** The line of a pointer, or of the nearest value around it that is there. */
export function lineOf(lines: ReadonlyMap<string, number>, pointer: string): number {
  for (let place = pointer; place !== ""; place = place.slice(0, place.lastIndexOf("/"))) {
    const line = lines.get(place);
    if (line !== undefined) return line;
  }
  return lines.get("") ?? 1;
}
