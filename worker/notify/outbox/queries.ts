import type { Statement } from "../../../db/client.ts";

/** A letter as it waits; `sealed` is what `seal` made of its words. */
export interface NewLetter {
  readonly org: string;
  readonly id: string;
  readonly occasion: string;
  readonly person: string;
  readonly address: string;
  readonly domain: string;
  readonly language: string;
  readonly sealed: Uint8Array;
  /** UTC milliseconds. */
  readonly now: number;
}

export function insertLetter(letter: NewLetter): Statement {
  const { org, id, occasion, person, address, domain, language, sealed, now } = letter;
  return {
    sql: `INSERT INTO outbox (org, id, occasion, person, address, domain, language, state, due_at, created_at, letter)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'queued', ?8, ?8, ?9)
          ON CONFLICT (org, occasion, address) DO NOTHING`,
    args: [org, id, occasion, person, address, domain, language, now, sealed],
  };
}
