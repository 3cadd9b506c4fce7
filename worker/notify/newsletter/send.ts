import type { Database } from "../../../db/client.ts";
import { auditEntry } from "../../accounts/audit.ts";
import { formatInstant } from "../../http/fields.ts";
import { invalid, notFound, Problem } from "../../http/problem.ts";
import { type IssueTexts, issueTextsOf, issueWords, occasionOfIssue } from "./issue.ts";
import {
  announceIssue,
  countReaders,
  type IssueKey,
  issueByKey,
  keepTestIssue,
  lettersOfIssue,
  readIssue,
  readLetters,
  readReaders,
  readTestAddress,
  sendTestIssue,
  stopIssue,
} from "./queries.ts";

/**
 * Sends an issue to the confirmed readers of the newsletter and to nobody else; asked again with the same
 * words it is sent once.
 * @param now UTC milliseconds
 * @returns for how many it is new now, and whether the issue is
 * @throws Problem 409 where the id stands for another issue
 */
export async function sendIssue(
  database: Database,
  { key, issue, actor, now }: { key: IssueKey; issue: IssueTexts; actor: string; now: number },
): Promise<{ readers: number; suppressed: number; added: boolean }> {
  const words = issueWords(issue);
  const occasion = occasionOfIssue(key.id);
  const [counted, added, , found] = await database.write([
    countReaders(key),
    announceIssue(key, words, now),
    auditEntry({
      id: `aud_${key.org}_${occasion}`,
      org: key.org,
      at: now,
      actor,
      action: "newsletter.send",
      target: occasion,
    }),
    issueByKey(key),
  ]);
  refuseOther(readIssue(found)?.words, words);
  return { ...readReaders(counted), added: added?.rowsAffected === 1 };
}

/** What `sendIssue` would do, doing nothing. @throws Problem 409 as it would */
export async function tryIssue(database: Database, key: IssueKey, issue: IssueTexts) {
  const [counted, found] = await database.read([countReaders(key), issueByKey(key)]);
  const known = readIssue(found);
  if (known !== null) refuseOther(known.words, issueWords(issue));
  return readReaders(counted);
}

function refuseOther(stored: string | undefined, words: string): void {
  if (stored === words) return;
  throw new Problem(
    409,
    "issue-exists",
    "Sent already",
    "This id stands for another issue, and what was sent is not sent otherwise: take a new id.",
  );
}

/**
 * Sends an issue to one member of the organisation, to look at.
 * @param to the member's id or address
 * @returns the address
 * @throws Problem 422 for an address that is no member's: nobody else gets a test
 */
export async function testIssue(
  database: Database,
  wanted: {
    org: string;
    issue: IssueTexts;
    language: string;
    to: Parameters<typeof sendTestIssue>[0]["to"];
    now: number;
  },
): Promise<string> {
  const { org, issue, language, to, now } = wanted;
  const id = crypto.randomUUID().replaceAll("-", "");
  const occasion = `newsletter-test/${id}`;
  const [, sent] = await database.write([
    keepTestIssue(org, occasion, issueWords(issue), now),
    sendTestIssue({ org, mail: `mail_${id}`, occasion, to, language, now }),
  ]);
  const address = readTestAddress(sent);
  if (address === null) throw invalid([{ pointer: "/to", detail: "must be the address of a member." }]);
  return address;
}

/** How far an issue is. @throws Problem 404 for one that was not sent */
export async function readIssueProgress(database: Database, key: IssueKey) {
  const [found, letters] = await database.read([issueByKey(key), lettersOfIssue(key)]);
  const issue = readIssue(found);
  if (issue === null) throw notFound("issue");
  const { first, texts } = issueTextsOf(issue.words);
  const { queued = 0, accepted = 0, bounced = 0, refused = 0, dead = 0, ...unsent } = readLetters(letters);
  return {
    id: key.id,
    subject: texts[first]?.subject ?? "",
    languages: Object.keys(texts),
    sent_at: formatInstant(issue.createdAt),
    cancelled_at: issue.cancelledAt === null ? null : formatInstant(issue.cancelledAt),
    addressed: issue.addressed,
    letters: {
      queued,
      accepted,
      bounced,
      refused,
      dead,
      suppressed: unsent.suppressed ?? 0,
      withdrawn: unsent.withdrawn ?? 0,
    },
  };
}

/** Stops what has not left yet; again it changes nothing. @throws Problem 404 for an issue that was not sent */
export async function cancelIssue(
  database: Database,
  { key, actor, now }: { key: IssueKey; actor: string; now: number },
) {
  const { org, id } = key;
  await readIssueProgress(database, key);
  await database.write([
    stopIssue(key, now),
    auditEntry({
      id: `aud_${org}_${occasionOfIssue(id)}_cancel`,
      org,
      at: now,
      actor,
      action: "newsletter.cancel",
      target: occasionOfIssue(id),
    }),
  ]);
  return readIssueProgress(database, key);
}
