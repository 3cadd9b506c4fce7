import type { Statement } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { parseAddress } from "./address.ts";
import type { Letter } from "./letter.ts";
import { insertLetter } from "./queries.ts";
import { seal } from "./seal.ts";

/**
 * A statement for the caller's own write batch: the letter is in the outbox when the batch commits and
 * only then; nothing is added where the address was written to for this occasion. It leaves with the
 * next cron.
 * @param now UTC milliseconds
 * @throws RangeError for what is no address
 */
export async function enqueueLetter(
  settings: Pick<Settings, "authSecret">,
  letter: Letter,
  now: number,
): Promise<Statement> {
  const { org, occasion, person, language, words } = letter;
  const target = parseAddress(letter.address);
  if (target === null) throw new RangeError("not an e-mail address");
  const id = `mail_${crypto.randomUUID().replaceAll("-", "")}`;
  const sealed = await seal(settings.authSecret, id, JSON.stringify(words));
  return insertLetter({ org, id, occasion, person, ...target, language, sealed, now });
}
