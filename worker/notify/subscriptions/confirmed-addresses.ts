/** SQL that selects `person`, `address` and `language` of who confirmed to be told of policy changes of the organisation `?1`. */
export const CONFIRMED_ADDRESSES = `SELECT id AS person, email AS address, language FROM subscription
  WHERE org = ?1 AND list = 'policy' AND state = 'confirmed'`;

/** The same of the newsletter's list: who asked for nothing but service mail is not on it. */
export const CONFIRMED_READERS = `SELECT id AS person, email AS address, language FROM subscription
  WHERE org = ?1 AND list = 'newsletter' AND state = 'confirmed'`;

/** SQL condition: the person is written to for a subscription, whose id stands for them. */
export function isSubscription(person: string): string {
  return `${person} LIKE 'sub\\_%' ESCAPE '\\'`;
}

/** SQL condition: the subscription `id` of `org` still is confirmed. Anybody else's id is no subscription. */
export function stillConfirmed(org: string, id: string): string {
  return `EXISTS (SELECT 1 FROM subscription s WHERE s.org = ${org} AND s.id = ${id} AND s.state = 'confirmed')`;
}
