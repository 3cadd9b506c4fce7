import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { publisherOf, readPublisher } from "../../policy/queries.ts";
import { enqueueLetter } from "../outbox/enqueue-letter.ts";
import { suppressionDigest } from "../rights/digest.ts";
import { recallSuppression } from "../rights/queries.ts";
import { fill, wordsIn } from "../words/words.ts";
import { askToConfirm, readAskedId } from "./queries.ts";
import type { List } from "./subscription.ts";
import { confirmPath, newToken } from "./tokens.ts";

/** An address, normal as `Email` makes it, that asked to be on a list. */
export interface Wish {
  readonly org: string;
  readonly list: List;
  readonly email: string;
  readonly language: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/**
 * Takes a wish: a mail with a link goes out, unless the address is confirmed already or was written to
 * often enough. Nothing is on the list until the button behind the link was pressed.
 */
export async function subscribe(
  database: Database,
  settings: Pick<Settings, "authSecret" | "operatorOrg">,
  wish: Wish,
): Promise<void> {
  const { org, list, email, now } = wish;
  const { token, sha256 } = await newToken();
  const digest = await suppressionDigest(settings.authSecret, org, email);
  const [, , rows, who] = await database.write([
    ...recallSuppression({ org, address: email }, digest),
    askToConfirm({ ...wish, id: newId(), tokenSha256: sha256 }),
    publisherOf(org),
  ]);
  const id = readAskedId(rows);
  const publisher = readPublisher(who);
  if (id === null || publisher === null) return;
  const owner = org === settings.operatorOrg ? "Callers360" : publisher.name;
  const { language, lists, letter: said, draft } = await wordsIn(wish.language);
  const named = { list: lists[list].name, owner };
  const letter = {
    org,
    occasion: `confirm/${id}/${now}`,
    person: id,
    address: email,
    language,
    words: {
      subject: fill(said.please_confirm, named),
      paragraphs: [fill(said.somebody_asked, named), lists[list].wording],
      link: { label: said.confirm_link, path: confirmPath({ org, id }, token) },
      closing: [said.confirm_closing, ...(draft === null ? [] : [draft])],
    },
  };
  await database.write([await enqueueLetter(settings, letter, now)]);
}

/** `sub_` and 18 random bytes in base64url. */
function newId(): string {
  const random = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18)));
  return `sub_${btoa(random).replaceAll("+", "-").replaceAll("/", "_")}`;
}
