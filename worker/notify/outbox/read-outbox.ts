import type { Database } from "../../../db/client.ts";
import { formatInstant } from "../../http/fields.ts";
import { invalid } from "../../http/problem.ts";
import { countOutbox, listOutbox, type OutboxLine, readOutboxCounts, readOutboxLines } from "./queries.ts";
import type { OutboxState } from "./states.ts";

/** A page of an organisation's outbox, and how many letters are in which state. */
export async function readOutbox(
  database: Database,
  org: string,
  wanted: { state: OutboxState | null; occasion: string | null; cursor: string | null; limit: number },
) {
  const { state, occasion, cursor, limit } = wanted;
  const after = cursor === null ? null : placeOf(cursor);
  const [rows, counts] = await database.read([
    // One more tells whether there is a next page.
    listOutbox({ org, state, occasion, cursor: after, limit: limit + 1 }),
    countOutbox(org),
  ]);
  const lines = readOutboxLines(rows);
  const last = lines.length > limit ? lines[limit - 1] : undefined;
  return {
    mails: lines.slice(0, limit).map(mailJson),
    counts: readOutboxCounts(counts),
    next_cursor: last === undefined ? null : `${last.createdAt}.${last.id}`,
  };
}

export function mailJson(line: OutboxLine) {
  const { id, occasion, person, address, language, state, attempts, unsure, answer } = line;
  return {
    id,
    occasion,
    person,
    address,
    language,
    state,
    attempts,
    unsure,
    answer,
    created_at: formatInstant(line.createdAt),
    next_at: state === "queued" ? formatInstant(line.dueAt) : null,
    done_at: line.doneAt === null ? null : formatInstant(line.doneAt),
  };
}

function placeOf(cursor: string): { createdAt: number; id: string } {
  const match = /^(\d{1,15})\.(mail_[0-9a-f]{32})$/.exec(cursor);
  if (match === null) throw invalid([{ parameter: "cursor", detail: "is not a cursor of ours." }]);
  return { createdAt: Number(match[1]), id: match[2] ?? "" };
}
