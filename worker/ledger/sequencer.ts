import { DurableObject } from "cloudflare:workers";
import { DatabaseUnavailable, openDatabase } from "../../db/client.ts";
import { type Env, settingsOf } from "../env.ts";
import { isAway } from "../live/reach.ts";
import { type CommitContext, commit, UnknownLog, type Waiting } from "./commit.ts";
import { GroupCommit, Overloaded } from "./group-commit.ts";
import type { TreeHead } from "./proofs.ts";
import { RIDERS } from "./riders.ts";
import type { Signer } from "./signed-note.ts";
import { type LogIdentity, signersOf } from "./signing-key.ts";
import { LogFrozen, type Watermark } from "./watermark.ts";

/** Why nothing can be promised; `append` of append.ts says it to people. */
export type AppendFailure = "unknown-log" | "overloaded" | "unavailable" | "frozen" | "failed";

/** Plain data, since it crosses the object's boundary. */
export type AppendResult =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly failure: AppendFailure };

/** Long enough for a burst to meet, short beside a database's answer. */
const GATHER_MS = 10;
/** Half of a crowd of 256: while one half is written, the other is taken in. Larger groups leave the processor idle meanwhile. */
const GROUP_SIZE = 128;
/** Some seconds of full groups: who would wait longer is better told to come back. */
const QUEUE_SIZE = 4000;

/**
 * The one writer of a log (`idFromName(log)`). It holds nothing that the database does not: a second
 * one, or a stale one, loses at the fence and reads again.
 */
export class Sequencer extends DurableObject<Env> {
  readonly #log: string;
  readonly #group: GroupCommit<Waiting, unknown>;
  readonly #signers = new Map<string, Promise<Signer[]>>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (ctx.id.name === undefined) throw new Error("a sequencer is reached by its log's name only");
    this.#log = ctx.id.name;
    const context: CommitContext = {
      log: this.#log,
      database: openDatabase(settingsOf(env).database),
      riders: RIDERS,
      signersOf: (identity) => this.#signersOf(identity),
      watermark: watermarkIn(ctx.storage),
    };
    this.#group = new GroupCommit((waiting) => commit(context, waiting), {
      gatherMs: GATHER_MS,
      groupSize: GROUP_SIZE,
      queueSize: QUEUE_SIZE,
    });
  }

  /** Answers when the leaf is committed; a failure says that this request must be sent again. */
  async append(rider: string, request: unknown): Promise<AppendResult> {
    try {
      return { ok: true, answer: await this.#group.add({ rider, request }) };
    } catch (error) {
      return { ok: false, failure: this.#failureOf(error) };
    }
  }

  #signersOf(identity: LogIdentity): Promise<Signer[]> {
    const id = `${[...identity.retiring, identity.generation].join()} ${identity.origin}`;
    const known = this.#signers.get(id) ?? signersOf(settingsOf(this.env).ledgerSecret, identity);
    this.#signers.set(id, known);
    return known;
  }

  #failureOf(error: unknown): AppendFailure {
    if (error instanceof Overloaded) return "overloaded";
    if (error instanceof UnknownLog) return "unknown-log";
    console.error(
      JSON.stringify({
        level: "error",
        at: "sequencer",
        log: this.#log,
        error: String(error),
        stack: error instanceof Error ? error.stack : undefined,
      }),
    );
    if (error instanceof LogFrozen) return "frozen";
    return error instanceof DatabaseUnavailable || isAway(error) ? "unavailable" : "failed";
  }
}

/** In the object's own storage. It need not be durable before the answer: an alarm may lag, never lead. */
function watermarkIn(storage: DurableObjectStorage): Watermark {
  let held: Promise<TreeHead | null> | undefined;
  return {
    get: () => {
      held ??= storage.get<TreeHead>("watermark").then((stored) => stored ?? null);
      return held;
    },
    raise: async ({ size, root }) => {
      held = Promise.resolve({ size, root });
      await storage.put("watermark", { size, root }, { allowUnconfirmed: true });
    },
  };
}
