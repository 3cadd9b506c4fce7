/** The command was called in a way that cannot be carried out: exit 2, nothing was done. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

/** The work stopped before its end and may be continued by the same command: exit 3. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";
}
