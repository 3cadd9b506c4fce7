import type { ResultSet } from "@libsql/client/web";
import type { Database, Statement } from "../../db/client.ts";
import { type Change, changeCalls, type Standing } from "./change-calls.ts";
import { answered } from "./commit.ts";
import { type Job, jobById, moveJob, type Progress, readJob } from "./maintenance-queries.ts";

/** What a chunk does, and how far its job is then. */
export type Chunk = Omit<Change<unknown>, "outcome" | "statements"> & {
  readonly statements?: readonly Statement[];
  readonly progress: Progress;
};

/** How much a chunk may do, and when. */
export interface Step {
  /** UTC ms. */
  readonly now: number;
  /** Calls that it may change. */
  readonly calls: number;
}

/** 18 characters that nobody can guess. */
export function newJobId(): string {
  const random = crypto.getRandomValues(new Uint8Array(9));
  return `job_${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Does one chunk of a job and moves the job on in the same fenced transaction: whatever breaks it off,
 * the chunk is done once or not at all. Does nothing when somebody else moved the job in the meantime.
 */
export async function runChunk(
  database: Database,
  org: string,
  job: Job,
  questions: readonly Statement[],
  decide: (standing: Standing, results: readonly ResultSet[]) => Promise<Chunk> | Chunk,
): Promise<void> {
  await changeCalls(database, org, [jobById(org, job.job), ...questions], async (standing, results) => {
    const [found, ...rest] = results;
    const now = readJob(answered(found));
    if (now === null || now.state === "done") return null;
    if (now.cursor !== job.cursor || now.processed !== job.processed) return null;
    const { progress, statements = [], ...change } = await decide(standing, rest);
    return {
      ...change,
      statements: [...statements, moveJob(org, job.job, progress)],
      outcome: progress,
    };
  });
}
