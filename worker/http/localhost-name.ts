/** `localhost` and every name under it never leave the machine (RFC 6761, section 6.3). */
export function isLocalhostName(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return name === "localhost" || name.endsWith(".localhost");
}
