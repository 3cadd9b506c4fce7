import { runBatch, type StepResult } from "./batch.ts";
import { SqlError } from "./errors.ts";
import type { StreamRequest } from "./protocol.ts";
import { batchToHrana, descriptionToHrana, resultToHrana } from "./results.ts";
import type { Stream } from "./stream.ts";

/** Executes the requests of a pipeline in order; one that fails does not keep the next from running. */
export async function runPipeline(stream: Stream, requests: readonly StreamRequest[]) {
  const results = [];
  for (const request of requests) {
    try {
      results.push({ type: "ok", response: await respond(stream, request) });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      results.push({ type: "error", error: error.toHrana() });
    }
  }
  return results;
}

async function respond(stream: Stream, request: StreamRequest) {
  const { type } = request;
  switch (type) {
    case "execute":
      return { type, result: resultToHrana(await stream.execute(request.statement)) };
    case "batch": {
      const steps: StepResult[] = [];
      for await (const step of runBatch(stream, request.steps)) steps.push(step);
      return { type, result: batchToHrana(steps) };
    }
    case "sequence":
      await stream.sequence(request.source);
      return { type };
    case "describe": {
      const { statement, readonly, columns } = stream.describe(request.source);
      return { type, result: descriptionToHrana(statement, readonly, columns) };
    }
    case "store_sql":
      stream.store(request.sqlId, request.sql);
      return { type };
    case "close_sql":
      stream.forget(request.sqlId);
      return { type };
    case "get_autocommit":
      return { type, is_autocommit: stream.isAutocommit };
    case "close":
      stream.close();
      return { type };
    case "unknown":
      throw new SqlError(`Request type ${JSON.stringify(request.name)} not recognized`, "REQUEST_UNKNOWN");
  }
}
