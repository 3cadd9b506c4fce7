/** The command was called in a way that asks for nothing that can be checked: exit 2. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}
