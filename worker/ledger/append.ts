import type { Env } from "../env.ts";
import { notFound, Problem, unavailable } from "../http/problem.ts";
import { isAway } from "../live/reach.ts";
import type { AnswerOf, RequestOf, RiderName } from "./riders.ts";
import type { AppendFailure, AppendResult } from "./sequencer.ts";

/**
 * Appends to a log and answers once the leaf is committed under a signed checkpoint.
 * @throws Problem 404 for an unknown log; 503 with Retry-After when nothing can be promised now: the
 * same request may be sent again, and riders recognise one that was committed after all
 */
export async function append<Name extends RiderName>(
  env: Env,
  log: string,
  rider: Name,
  request: RequestOf<Name>,
): Promise<AnswerOf<Name>> {
  const send = () => sequencerOf(env, log).append(rider, request);
  const result = await send()
    // Begun anew under way, or moved: what it may have committed is recognised when it comes again.
    .catch((error: unknown) => {
      if (!isAway(error)) throw error;
      return send();
    })
    .catch((error: unknown) => {
      console.error(JSON.stringify({ level: "error", at: "sequencer", log, error: String(error) }));
      throw unavailable();
    });
  if (!result.ok) throw problemOf(result.failure);
  return answerOf<Name>(result.answer);
}

interface SequencerStub {
  append(rider: string, request: unknown): Promise<AppendResult>;
}

/** The named boundary: the platform's RPC types refuse `unknown`, though any structured clone passes. */
function sequencerOf(env: Env, log: string): SequencerStub {
  return env.SEQUENCER.get(env.SEQUENCER.idFromName(log)) as unknown as SequencerStub;
}

/** The named boundary: a rider's answer keeps its type across the object's interface. */
function answerOf<Name extends RiderName>(answer: unknown): AnswerOf<Name> {
  return answer as AnswerOf<Name>;
}

function problemOf(failure: AppendFailure): Problem {
  switch (failure) {
    case "unknown-log":
      return notFound("log");
    case "overloaded":
      return unavailable("The log takes no more right now. Try again shortly.");
    case "unavailable":
      return unavailable();
    case "frozen":
      return new Problem(
        503,
        "log-frozen",
        "Log frozen",
        "The log's database is behind what was signed before: nothing is added until this is settled.",
        { headers: { "retry-after": "3600" } },
      );
    case "failed":
      return new Problem(
        500,
        "internal",
        "Internal error",
        "Something went wrong on our side. It has been logged.",
      );
  }
}
