import type { Database } from "../../../db/client.ts";
import { auditEntry } from "../../accounts/audit.ts";
import { Problem } from "../../http/problem.ts";
import type { NoticeWords } from "../letters/notice-letter.ts";
import type { NoticeKind } from "./occasion.ts";
import { announceNotice, occasionsByKey, readOccasions } from "./occasion-queries.ts";

export interface NewNotice {
  readonly org: string;
  readonly id: string;
  readonly kind: NoticeKind;
  readonly words: NoticeWords;
  readonly actor: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/**
 * Tells members and subscribers of something that is no version of a policy; asked again with the same
 * words it is told once.
 * @returns its occasion in the outbox, and whether it is new
 * @throws Problem 409 where the id stands for something else
 */
export async function tellNotice(
  database: Database,
  { org, id, kind, words, actor, now }: NewNotice,
): Promise<{ occasion: string; added: boolean }> {
  const occasion = `notice/${id}`;
  const said = JSON.stringify(words);
  const [added, , found] = await database.write([
    announceNotice({ org, id, kind, words: said, now }),
    auditEntry({
      id: `aud_${org}_${occasion}`,
      org,
      at: now,
      actor,
      action: "notice.announce",
      target: occasion,
    }),
    occasionsByKey([{ org, id: occasion }]),
  ]);
  const [stored] = readOccasions(found);
  if (stored?.kind !== kind || stored.words !== said) {
    throw new Problem(
      409,
      "notice-exists",
      "Told already",
      "This id stands for another notice, and what was told is not told otherwise: take a new id.",
    );
  }
  return { occasion, added: added?.rowsAffected === 1 };
}
