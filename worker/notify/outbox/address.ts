/**
 * The dots of RFC 5321 without quoted local parts, which no provider gives out, and without anything by
 * which a header or an SMTP command could be begun. A local name may have one label: `admin@localhost`.
 */
const ADDRESS =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** An address one can write to, in lower case and with its domain; null for anything else. */
export function parseAddress(text: string): { address: string; domain: string } | null {
  const address = text.trim().toLowerCase();
  const at = address.lastIndexOf("@");
  if (address.length > 254 || at > 64 || !ADDRESS.test(address)) return null;
  return { address, domain: address.slice(at + 1) };
}
