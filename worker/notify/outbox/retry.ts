import type { Database } from "../../../db/client.ts";
import { notFound, Problem } from "../../http/problem.ts";
import { auditRequeue, outboxLine, readOutboxLines, requeueRow } from "./queries.ts";
import { mailJson } from "./read-outbox.ts";

/**
 * Puts a letter that came to a bad end back in the queue.
 * @throws Problem 404 for what is not there, 409 for what waits anyway, arrived, or cannot be written any more
 */
export async function retryMail(
  database: Database,
  { org, id, actor, now }: { org: string; id: string; actor: string; now: number },
) {
  const [, requeued, rows] = await database.write([
    auditRequeue(org, id, actor, now),
    requeueRow(org, id, now),
    outboxLine(org, id),
  ]);
  const [line] = readOutboxLines(rows);
  if (line === undefined) throw notFound("mail");
  if (requeued?.rowsAffected === 1) return mailJson(line);
  throw new Problem(
    409,
    "mail-not-retryable",
    "Not to be sent again",
    line.address === null || ["dead", "refused", "bounced", "suppressed"].includes(line.state)
      ? "The letter or its address is not kept any more: tell the person anew."
      : `The letter is ${line.state}: only dead, refused, bounced and suppressed ones are sent again.`,
  );
}
