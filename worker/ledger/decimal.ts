/**
 * A count as the formats write it: ASCII digits, no sign, no leading zero.
 * @returns null for anything else, and for what a double cannot hold exactly (2^53 and beyond)
 */
export function parseDecimal(text: string): number | null {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
