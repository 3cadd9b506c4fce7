/** Until an organisation says otherwise. */
const RETENTION_MONTHS = 36;
/** The longest that an organisation may choose. */
export const MOST_MONTHS = 120;

/** The oldest start of what is kept for this many calendar months at `now`; both UTC ms. */
export function retentionHorizon(now: number, months: number = RETENTION_MONTHS): number {
  const horizon = new Date(now);
  const day = horizon.getUTCDate();
  horizon.setUTCMonth(horizon.getUTCMonth() - months);
  // 29 February, or the 31st, may have no namesake: the month's last day stands for it.
  if (horizon.getUTCDate() !== day) horizon.setUTCDate(0);
  return horizon.getTime();
}
