/** A start that cannot happen, in one sentence for the person who asked for it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
