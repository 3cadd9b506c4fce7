import type { ResultSet, Row } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, text } from "../../../db/rows.ts";
import { ACTIONS } from "../choice.ts";
import type { ChoiceRequest } from "../judge-choice.ts";
import type { SiteKey } from "../sites/queries.ts";
import type { Batch, Figures, Tally } from "./tell.ts";

/** The SQL of consent figures: a row a day and kind of choice, never the records themselves. */

/** Up to where a site's figures were told. */
export interface ToldUntil {
  readonly turn: number;
  readonly day: number;
  /** The counts of that day, as they were then. */
  readonly cells: readonly Tally[];
}

export function toldUntil({ org, site }: SiteKey): Statement {
  return {
    sql: "SELECT turn, day, cells FROM consent_told_until WHERE org = ?1 AND site = ?2 ORDER BY turn DESC LIMIT 1",
    args: [org, site],
  };
}

export function readToldUntil(result: ResultSet | undefined): ToldUntil | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return { turn: number(row, "turn"), day: number(row, "day"), cells: talliesIn(text(row, "cells")) };
}

/** A record that is counted in the transaction that stores it. */
export interface Counted {
  readonly request: ChoiceRequest;
  /** UTC milliseconds. */
  readonly at: number;
}

const DAY_MS = 86_400_000;

/** Counts a whole group with one statement, a row for each day and kind of choice. */
export function countChoices(records: readonly Counted[]): Statement {
  const counts = new Map<string, number>();
  for (const { request: r, at } of records) {
    const kind = JSON.stringify([
      r.org,
      r.site,
      Math.floor(at / DAY_MS),
      r.action,
      Number(r.categories.preferences),
      Number(r.categories.analytics),
      Number(r.categories.marketing),
      r.language.toLowerCase(),
      r.country ?? "",
      r.policyVersion,
      r.noticeHash,
    ]);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return {
    sql: `INSERT INTO consent_tally (org, site, day, action, preferences, analytics, marketing, language, country,
            policy_version, notice_hash, n)
          SELECT k->>0, k->>1, k->>2, k->>3, k->>4, k->>5, k->>6, k->>7, k->>8, k->>9, k->>10, n
          FROM (SELECT value->'kind' AS k, value->>'n' AS n FROM json_each(?1)) WHERE true
          ON CONFLICT DO UPDATE SET n = n + excluded.n`,
    args: [`[${[...counts].map(([kind, n]) => `{"kind":${kind},"n":${n}}`).join()}]`],
  };
}

/** The first day of which anything was counted. */
export function firstDay({ org, site }: SiteKey): Statement {
  return {
    sql: "SELECT day FROM consent_tally WHERE org = ?1 AND site = ?2 ORDER BY day LIMIT 1",
    args: [org, site],
  };
}

export function readDay(result: ResultSet | undefined): number | null {
  const row = result?.rows[0];
  return row === undefined ? null : number(row, "day");
}

/** What these days saw, `before` not included. */
export function talliesOf({ org, site }: SiteKey, from: number, before: number): Statement {
  return {
    sql: `SELECT day, action, preferences, analytics, marketing, language, country, policy_version, notice_hash, n
          FROM consent_tally WHERE org = ?1 AND site = ?2 AND day >= ?3 AND day < ?4 ORDER BY day`,
    args: [org, site, from, before],
  };
}

export function readTallies(result: ResultSet | undefined): Tally[] {
  return (result?.rows ?? []).map(tallyIn);
}

/** Fails on its primary key where somebody else told meanwhile: first in its batch. */
export function moveToldUntil({ org, site }: SiteKey, until: ToldUntil): [Statement, Statement] {
  return [
    {
      sql: "INSERT INTO consent_told_until (org, site, turn, day, cells) VALUES (?1, ?2, ?3, ?4, ?5)",
      args: [org, site, until.turn, until.day, JSON.stringify(until.cells)],
    },
    {
      sql: "DELETE FROM consent_told_until WHERE org = ?1 AND site = ?2 AND turn < ?3",
      args: [org, site, until.turn],
    },
  ];
}

/** Batches that lie within these days as a whole, `before` not included. */
export function toldBatches({ org, site }: SiteKey, from: number, before: number): Statement {
  return {
    sql: `SELECT from_day, to_day, figures FROM consent_told
          WHERE org = ?1 AND site = ?2 AND from_day >= ?3 AND from_day < ?4 AND to_day < ?4 ORDER BY from_day, to_day`,
    args: [org, site, from, before],
  };
}

export function readBatches(result: ResultSet | undefined): Batch[] {
  return (result?.rows ?? []).map((row) => ({
    fromDay: number(row, "from_day"),
    toDay: number(row, "to_day"),
    figures: figuresIn(text(row, "figures")),
  }));
}

export function storeBatch({ org, site }: SiteKey, { fromDay, toDay, figures }: Batch): Statement {
  return {
    sql: `INSERT INTO consent_told (org, site, from_day, to_day, figures) VALUES (?1, ?2, ?3, ?4, ?5)
          ON CONFLICT (org, site, from_day, to_day) DO UPDATE SET figures = excluded.figures`,
    args: [org, site, fromDay, toDay, JSON.stringify(figures)],
  };
}

function tallyIn(row: Row): Tally {
  const action = ACTIONS.find((known) => known === text(row, "action"));
  if (action === undefined) throw new TypeError("consent_tally: an action that this product never wrote");
  return {
    day: number(row, "day"),
    action,
    preferences: number(row, "preferences") === 1,
    analytics: number(row, "analytics") === 1,
    marketing: number(row, "marketing") === 1,
    language: text(row, "language"),
    country: text(row, "country"),
    policyVersion: text(row, "policy_version"),
    noticeHash: text(row, "notice_hash"),
    n: number(row, "n"),
  };
}

/** The named boundary: `moveToldUntil` alone writes this column. */
function talliesIn(json: string): Tally[] {
  return JSON.parse(json) as Tally[];
}

/** The named boundary: `storeBatch` alone writes this column. */
function figuresIn(json: string): Figures {
  return JSON.parse(json) as Figures;
}
