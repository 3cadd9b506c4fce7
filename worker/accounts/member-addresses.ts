/**
 * SQL that selects `person`, `address` (lower case) and `language` of members, each person once. `?1` is the
 * organisation; where `?2` is 1, the members of every organisation, as the operator's notices ask. Who chose no
 * language is written to in their organisation's.
 */
export const MEMBER_ADDRESSES = `SELECT u.id AS person, lower(u.email) AS address,
    coalesce(u.language, (SELECT o.language FROM member m JOIN organization o ON o.id = m.organization_id
      WHERE m.user_id = u.id AND o.language IS NOT NULL ORDER BY o.id = ?1 DESC, o.id LIMIT 1), 'en') AS language
  FROM user u
  WHERE EXISTS (SELECT 1 FROM member m WHERE m.user_id = u.id AND (?2 = 1 OR m.organization_id = ?1))`;
