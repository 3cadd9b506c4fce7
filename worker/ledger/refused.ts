/**
 * What was handed in proves nothing. The message is one plain sentence for the person who asked;
 * it never means that our own machinery failed.
 */
export class Refused extends Error {
  override readonly name = "Refused";
}
