/** Standard base64 with padding (RFC 4648, section 4): the only form in the ledger's formats. */

const SHAPE = /^[A-Za-z0-9+/]*={0,2}$/;
/** `String.fromCharCode` takes its bytes as arguments, whose number is limited. */
const CHUNK = 8192;

export function encodeBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return btoa(binary);
}

/** The bytes, or null for anything that `encodeBase64` would not have written, padding bits included. */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !SHAPE.test(text)) return null;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return encodeBase64(bytes) === text ? bytes : null;
}
