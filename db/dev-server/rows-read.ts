/** One instruction of a compiled statement, as EXPLAIN lists it (https://www.sqlite.org/opcode.html). */
type Instruction = {
  readonly address: number;
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
  readonly p3: number;
};

export type Bytecode = readonly Instruction[];

/** The most rows that one run can have visited: so many, and so many more for each instruction that it executed. */
export interface RowsBound {
  readonly ahead: number;
  /** 0 where no loop visits rows: then nobody needs to ask how many instructions there were. */
  readonly ratio: number;
}

export function mostRows({ ahead, ratio }: RowsBound, steps: number): number {
  return Math.floor(ratio * steps + ahead + 1e-6);
}

/** Instructions that move a cursor to a row. */
const VISITS = new Set([
  ...["Rewind", "Last", "Next", "Prev"],
  ...["SeekLT", "SeekLE", "SeekGE", "SeekGT", "SeekRowid", "NotExists"],
  ...["Found", "NotFound", "NoConflict", "IfNoHope"],
]);

/** Instructions that open a cursor on a table or index of the database, not on a sorter or scratch table. */
const OPENS_STORED = new Set(["OpenRead", "OpenWrite", "ReopenIdx"]);

/** Instructions that may jump to P2. */
const JUMPS = new Set([
  ...["Init", "Goto", "Gosub", "InitCoroutine", "Yield", "MustBeInt", "Jump", "Once", "If", "IfNot"],
  ...["IsType", "IfNullRow", "IfNotOpen", "IfEmpty", "IfSmaller", "IfSizeBetween", "SeekScan"],
  ...["SeekLT", "SeekLE", "SeekGE", "SeekGT", "SeekRowid", "NotExists", "IfNoHope", "NoConflict"],
  ...["NotFound", "Found", "Last", "Rewind", "SorterSort", "Sort", "SorterNext", "Prev", "Next"],
  ...["IdxLE", "IdxGT", "IdxLT", "IdxGE", "RowSetRead", "RowSetTest", "Program", "FkIfZero", "IfPos"],
  ...["IfNotZero", "DecrJumpZero", "IncrVacuum", "VFilter", "VNext", "Filter", "ElseEq"],
  ...["IsNull", "NotNull", "Ne", "Eq", "Gt", "Le", "Lt", "Ge"],
]);

/** Instructions after which the next one is never executed directly. */
const LEAVES = new Set(["Init", "Goto", "Gosub", "InitCoroutine", "Halt", "EndCoroutine", "Jump", "Yield"]);

/**
 * The binding tells how many instructions a run executed, not how many rows it visited. But a run is a
 * walk through the program: no walk visits more rows per instruction than the program's "densest" loop
 * does. So `rows ≤ ratio × steps + start`, with the densest loop's ratio (maximum cycle ratio) and the
 * most that a walk can be ahead of it. Exact where every way through the loop is equally long, never
 * too low, with one exception: `count(*)` without WHERE is one instruction that SQLite answers from
 * whole pages, and counts as no row.
 */
export function rowsBound(bytecode: Bytecode): RowsBound {
  const weights = visitWeights(bytecode);
  if (!weights.includes(1)) return { ahead: 0, ratio: 0 };
  const successors = flow(bytecode);
  let ratio = 0;
  for (;;) {
    const { ahead, denser } = longestWalks(weights, successors, ratio);
    if (denser === undefined) return { ahead, ratio };
    ratio = denser;
  }
}

/** 1 for each instruction that visits a stored row, else 0. Triggers' programs follow, from address 0 again. */
function visitWeights(bytecode: Bytecode): number[] {
  return programs(bytecode).flatMap((program) => {
    const stored = new Set(program.filter(({ opcode }) => OPENS_STORED.has(opcode)).map(({ p1 }) => p1));
    return program.map(({ opcode, p1 }) => (VISITS.has(opcode) && stored.has(p1) ? 1 : 0));
  });
}

function programs(bytecode: Bytecode): Instruction[][] {
  const found: Instruction[][] = [];
  for (const instruction of bytecode) {
    if (instruction.address === 0) found.push([]);
    found.at(-1)?.push(instruction);
  }
  return found;
}

/** For each instruction, those that can be executed next: rather one too many than one too few. */
function flow(bytecode: Bytecode): number[][] {
  const lists: number[][] = [];
  const entries: number[] = [];
  const afterCalls: number[] = [];
  const ends: number[] = [];
  let base = 0;
  for (const program of programs(bytecode)) {
    if (base > 0) entries.push(base);
    const returns = returnPoints(program);
    for (const [address, instruction] of program.entries()) {
      const { opcode, p1, p2, p3 } = instruction;
      const next = new Set<number>();
      // Without P2 a coroutine is prepared once more, and the program goes on.
      const staysOn = opcode === "InitCoroutine" && p2 === 0;
      if (staysOn || (!LEAVES.has(opcode) && !(opcode === "Return" && p3 === 0))) next.add(address + 1);
      if (JUMPS.has(opcode) && !staysOn && !(opcode === "Yield" && p2 === 0)) next.add(p2);
      if (opcode === "Jump") for (const target of [p1, p2, p3]) next.add(target);
      if (opcode === "SeekScan") for (let to = address + 1; to <= p2; to += 1) next.add(to);
      if (opcode === "Return" || opcode === "Yield" || opcode === "EndCoroutine") {
        for (const point of returns.get(p1) ?? []) next.add(point);
      }
      lists.push([...next].filter((to) => to >= 0 && to < program.length).map((to) => base + to));
      if (opcode === "Program") afterCalls.push(base + address);
      if (opcode === "Halt" && base > 0) ends.push(base + address);
    }
    base += program.length;
  }
  for (const call of afterCalls) lists[call]?.push(...entries);
  for (const end of ends) lists[end]?.push(...afterCalls.map((call) => call + 1));
  return lists;
}

/** Where a subroutine or coroutine that keeps its address in register P1 can come back to. */
function returnPoints(program: readonly Instruction[]): Map<number, number[]> {
  const points = new Map<number, number[]>();
  const add = (register: number, address: number) => {
    points.set(register, [...(points.get(register) ?? []), address]);
  };
  for (const [address, { opcode, p1, p2, p3 }] of program.entries()) {
    if (opcode === "Gosub") add(p1, address + 1);
    if (opcode === "InitCoroutine") add(p1, p3);
    if (opcode === "Yield") {
      add(p1, address + 1);
      // The end of a coroutine jumps to P2 of the Yield that resumed it.
      if (p2 !== 0) add(p1, p2);
    }
  }
  return points;
}

/**
 * Longest walks from the start where each instruction earns its weight and costs `ratio` (Bellman-Ford).
 * Either the most that a walk can earn, or, where a loop earns for ever, that loop's own ratio.
 */
function longestWalks(
  weights: readonly number[],
  successors: readonly (readonly number[])[],
  ratio: number,
): { ahead: number; denser: number | undefined } {
  const size = weights.length;
  const earned = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  const from = new Int32Array(size).fill(-1);
  earned[0] = (weights[0] ?? 0) - ratio;
  for (let round = 0; round <= size; round += 1) {
    let changed = -1;
    for (let at = 0; at < size; at += 1) {
      const here = earned[at] ?? Number.NEGATIVE_INFINITY;
      if (here === Number.NEGATIVE_INFINITY) continue;
      for (const to of successors[at] ?? []) {
        const there = here + (weights[to] ?? 0) - ratio;
        if (there > (earned[to] ?? 0) + 1e-9) {
          earned[to] = there;
          from[to] = at;
          changed = to;
        }
      }
    }
    if (changed === -1) return { ahead: Math.max(0, ...earned), denser: undefined };
    if (round === size || (round & 7) === 7) {
      const denser = cycleRatio(weights, from);
      if (denser !== undefined && denser > ratio + 1e-9) return { ahead: 0, denser };
    }
  }
  return { ahead: Math.max(0, ...earned), denser: undefined };
}

/** The densest loop among the predecessors, if they have closed one. */
function cycleRatio(weights: readonly number[], from: Int32Array): number | undefined {
  const seen = new Int32Array(weights.length).fill(-1);
  let best: number | undefined;
  for (let start = 0; start < weights.length; start += 1) {
    let at = start;
    while (at !== -1 && seen[at] === -1) {
      seen[at] = start;
      at = from[at] ?? -1;
    }
    if (at === -1 || seen[at] !== start) continue;
    let visits = 0;
    let steps = 0;
    let walker = at;
    do {
      visits += weights[walker] ?? 0;
      steps += 1;
      walker = from[walker] ?? -1;
    } while (walker !== at);
    if (best === undefined || visits / steps > best) best = visits / steps;
  }
  return best;
}
