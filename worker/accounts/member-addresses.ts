/**
 * SQL that selects `person` and `address` (lower case) of members, each person once. `?1` is the
 * organisation; where `?2` is 1, the members of every organisation, as the operator's notices ask.
 */
export const MEMBER_ADDRESSES = `SELECT u.id AS person, lower(u.email) AS address FROM user u
  WHERE EXISTS (SELECT 1 FROM member m WHERE m.user_id = u.id AND (?2 = 1 OR m.organization_id = ?1))`;
