import { type Database, openDatabase } from "../../../db/client.ts";
import { type Env, settingsOf } from "../../env.ts";
import { Problem } from "../../http/problem.ts";
import { shorten } from "../transport/judge-reply.ts";
import { bounceLetter, noteOnLetter, readReportedLetter, reportedLetter } from "./queries.ts";
import { type RecipientReport, readReport, verdictOn } from "./report.ts";

export const MAX_REPORT_BYTES = 2 * 1024 * 1024;

/** `ignored`: no report, of no letter of ours, or of one that is well. */
export interface Taken {
  readonly outcome: "bounced" | "refused" | "dead" | "noted" | "ignored";
  readonly mail: string | null;
}

const IGNORED: Taken = { outcome: "ignored", mail: null };

/**
 * Takes a mail that came back after a server had accepted the letter: what failed for good is written down with
 * the letter, and an address that is gone is suppressed. The same report again changes nothing.
 * @param org whose letters it may be about; null for everybody's
 * @throws Problem 422 for what is no mail, 409 while the letter is on its way: it is to be brought again
 */
export async function takeReport(
  database: Database,
  org: string | null,
  raw: Uint8Array,
  now: number,
): Promise<Taken> {
  const report = await readReport(raw).catch((error: unknown) => {
    throw new Problem(422, "not-a-mail", "Not a mail", `It cannot be read: ${shorten(String(error))}.`);
  });
  if (report === null || report.letter === null) return IGNORED;
  const [found] = await database.read([reportedLetter(report.letter, org)]);
  const letter = readReportedLetter(found);
  if (letter === null) return IGNORED;
  if (letter.state === "claimed") {
    throw new Problem(
      409,
      "on-its-way",
      "On its way",
      "This letter is being sent: bring the report again later.",
    );
  }
  const about = recipientOf(report.recipients, letter.address);
  if (about === undefined) return IGNORED;
  const verdict = verdictOn(about);
  if (verdict !== null) {
    const [changed] = await database.write(bounceLetter(letter, verdict, about.answer, now));
    return changed?.rowsAffected === 1 ? { outcome: verdict, mail: letter.id } : IGNORED;
  }
  if (about.action !== "delayed") return IGNORED;
  await database.write([noteOnLetter(letter, `delayed: ${about.answer}`)]);
  return { outcome: "noted", mail: letter.id };
}

/** One letter is to one address; where it was passed on, the report may only know the other one. */
function recipientOf(recipients: readonly RecipientReport[], address: string | null) {
  const exact = recipients.find(({ addresses }) => address !== null && addresses.includes(address));
  return exact ?? (recipients.length === 1 ? recipients[0] : undefined);
}

/**
 * A report that came by mail to the worker itself (Cloudflare Email Routing). It is refused for now by throwing,
 * so that the sending server tries again.
 */
export async function receiveReport(
  message: Pick<ForwardableEmailMessage, "raw" | "rawSize" | "setReject">,
  env: Env,
): Promise<void> {
  if (message.rawSize > MAX_REPORT_BYTES) return message.setReject("Too large");
  const raw = new Uint8Array(await new Response(message.raw).arrayBuffer());
  await takeReport(openDatabase(settingsOf(env).database), null, raw, Date.now());
}
