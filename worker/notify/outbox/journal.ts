import { type Database, DatabaseUnavailable, type Statement } from "../../../db/client.ts";
import { beginRows, type EndedRow, endRows, type RowKey, readKeys } from "./queries.ts";

/** A letter is begun and its end written down within this, or somebody else may send it. */
export const LEASE_MS = 120_000;

/** So long the first of a transaction waits for company, unless half of the lines are there: a transaction costs more than a letter. */
const GATHER_MS = 4;
const COMPANY = 5;

const ATTEMPTS = 5;
const PAUSE_MS = 250;

interface Step {
  readonly ended: EndedRow | null;
  readonly begin: RowKey | null;
  resolve(mine: boolean): void;
  reject(error: unknown): void;
}

/**
 * What the lines did and are about to do, written down before they go on: how the last letter ended and
 * which one goes out next are one write, and the steps of all lines that wait at the same time are one
 * transaction. So a crash leaves at most one letter per line of which nobody knows whether it arrived.
 */
export class Journal {
  readonly #database: Database;
  readonly #claim: string;
  #waiting: Step[] = [];
  #writing = false;

  constructor(database: Database, claim: string) {
    this.#database = database;
    this.#claim = claim;
  }

  /** @returns whether the letter to begin is still this postman's; true where there is none */
  step(ended: EndedRow | null, begin: RowKey | null): Promise<boolean> {
    if (ended === null && begin === null) return Promise.resolve(true);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ended, begin, resolve, reject });
      if (!this.#writing) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      if (this.#waiting.length < COMPANY) await pause(GATHER_MS);
      const steps = this.#waiting;
      this.#waiting = [];
      try {
        const mine = await this.#write(steps);
        for (const { begin, resolve } of steps) resolve(begin === null || mine.has(begin.id));
      } catch (error) {
        for (const { reject } of steps) reject(error);
      }
    }
    this.#writing = false;
  }

  async #write(steps: readonly Step[]): Promise<Set<string>> {
    const now = Date.now();
    const ended = steps.flatMap((step) => (step.ended === null ? [] : [step.ended]));
    const begin = steps.flatMap((step) => (step.begin === null ? [] : [step.begin]));
    const results = await insist(this.#database, [
      ...(ended.length === 0 ? [] : endRows(ended, this.#claim, now)),
      beginRows(begin, this.#claim, now + LEASE_MS),
    ]);
    return new Set(readKeys(results.at(-1)).map(({ id }) => id));
  }
}

/** The same statements again where no answer came: all of them say what is to be, so twice is once. */
export async function insist(database: Database, statements: readonly Statement[]) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.write(statements);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || attempt === ATTEMPTS) throw error;
      await pause(attempt * PAUSE_MS);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
