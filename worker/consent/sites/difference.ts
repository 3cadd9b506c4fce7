/** One place where two documents differ; `from` or `to` is missing where it is not there. */
export interface Change {
  /** RFC 6901; entries of lists with ids stand under their id. */
  readonly pointer: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What differs, in the order of the document. Lists of things with ids are compared by id, others as a whole. */
export function differenceOf(from: unknown, to: unknown, pointer = ""): Change[] {
  if (same(from, to)) return [];
  const [a, b] = [membersOf(from), membersOf(to)];
  if (a === null || b === null) {
    return [{ pointer, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  }
  const keys = new Set([...a.keys(), ...b.keys()]);
  const changes = [...keys].flatMap((key) =>
    differenceOf(a.get(key), b.get(key), `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return changes.length > 0 ? changes : [{ pointer, from, to }];
}

function membersOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== "object" || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const ids = value.map((item: unknown) => idOf(item));
  if (value.length === 0 || ids.includes(null) || new Set(ids).size !== ids.length) return null;
  return new Map(value.map((item: unknown, i): [string, unknown] => [ids[i] ?? "", item]));
}

function idOf(item: unknown): string | null {
  if (typeof item !== "object" || item === null || !("id" in item)) return null;
  return typeof item.id === "string" ? item.id : null;
}

/** Both came from JSON, where the order of members says nothing. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && same(value, right.get(key)))
  );
}
