import type { ResultSet } from "@libsql/client/web";
import { encodeBase64 } from "../ledger/base64.ts";
import { renderLeaf } from "../ledger/leaf.ts";
import type { Outcome, Plan, Rider } from "../ledger/rider.ts";
import { countChoices } from "./figures/queries.ts";
import { Budgets } from "./floods/budget.ts";
import {
  type ChoiceRequest,
  type GivenAnswer,
  grants,
  judgeChoice,
  type Refusal,
  type VisitorState,
} from "./judge-choice.ts";
import {
  insertRecords,
  moveGrants,
  type RecordRow,
  readBefore,
  readBeforeCommit,
  type StateRow,
  upsertStates,
} from "./queries.ts";
import { sealRecord } from "./record.ts";

/** What a choice is told once the log has it, or at once where the log will not have it. */
export type ChoiceAnswer =
  | ({ readonly kind: "refused" } & Refusal)
  | {
      readonly kind: "recorded";
      /** True where this very answer was given before: nothing was written now. */
      readonly repeated: boolean;
      readonly log: string;
      readonly index: number;
      /** RFC 8785 text. */
      readonly record: string;
      /** Standard base64 of 32 bytes. */
      readonly salt: string;
    };

/**
 * Consent in a log's one commit: records, states and leaves stand together or not at all. Requests
 * of one group see each other in their order, so two choices of one visitor chain by `prev`.
 */
export const consentRider: Rider<ChoiceRequest, ChoiceAnswer> = {
  reads: (log: string, requests: readonly ChoiceRequest[]) =>
    requests.length === 0 ? [] : readBeforeCommit(log, requests),

  plan(
    log: string,
    requests: readonly ChoiceRequest[],
    results: readonly ResultSet[],
    firstIndex: number,
  ): Plan<ChoiceAnswer> {
    const before = readBefore(results);
    const at = Date.now();
    const visitors = new Map<string, StateRow>();
    const given = new Map<string, GivenAnswer>();
    const records: RecordRow[] = [];
    const budgets = new Budgets(before.grants, at);

    const outcomes = requests.map((request, place): Outcome<ChoiceAnswer> => {
      if (!before.isRegistered(request)) {
        return { kind: "settled", answer: { kind: "refused", reason: "origin-not-registered" } };
      }
      const visitor = JSON.stringify([request.org, request.site, request.consentId]);
      const key = JSON.stringify([visitor, request.idempotencyKey]);
      const earlier = visitors.get(visitor);
      const known = earlier?.state ?? before.states.get(place) ?? null;
      const answer = given.get(key) ?? before.answers.get(place) ?? null;
      const notice = before.standingOf(request);
      if (notice === undefined) throw new Error("the read batch said nothing about a notice");
      const index = firstIndex + records.length;

      const verdict = judgeChoice(
        request,
        known,
        answer,
        notice,
        { index, at, newKey: newVisitorKey, budgetSpent: budgets.spent(request) },
        before.erasures.get(place) ?? null,
      );
      if (verdict.kind === "refused") return { kind: "settled", answer: verdict };
      if (verdict.kind === "repeated") {
        const { log: itsLog, index: itsIndex, record, salt } = verdict;
        return { kind: "settled", answer: recorded(itsLog, itsIndex, record, salt, true) };
      }
      const { record, salt, commitment } = sealRecord(verdict.record);
      records.push({ request, index, record, salt, at });
      if (grants(request)) budgets.grant(request);
      given.set(key, { bodySha256: request.bodySha256, index, log, record, salt });
      visitors.set(visitor, {
        org: request.org,
        site: request.site,
        consentId: request.consentId,
        state: verdict.next,
        earlierKeysEnd: verdict.moved
          ? endOfEarlierKeys(verdict.next, earlier, at)
          : (earlier?.earlierKeysEnd ?? null),
      });
      return {
        kind: "leaf",
        leaf: { kind: "consent", bytes: renderLeaf({ kind: "consent", commitment }) },
        answer: recorded(log, index, record, salt, false),
      };
    });

    const states = [...visitors.values()];
    return {
      outcomes,
      statements:
        records.length === 0
          ? []
          : [
              insertRecords(log, records),
              countChoices(records),
              upsertStates(states),
              ...moveGrants(states, at),
              ...budgets.statements(),
            ],
    };
  },
};

/** Continued analytics carries earlier keys to its own end; a withdrawal ends them now, and for good. */
function endOfEarlierKeys(next: VisitorState, earlier: StateRow | undefined, at: number): number {
  if (earlier?.earlierKeysEnd === at) return at;
  return next.visitorKey === null || next.grantedUntil === null ? at : next.grantedUntil;
}

function recorded(
  log: string,
  index: number,
  record: string,
  salt: Uint8Array,
  repeated: boolean,
): ChoiceAnswer {
  return { kind: "recorded", repeated, log, index, record, salt: encodeBase64(salt) };
}

/** 16 random bytes in base64url: tells the events of one grant apart, and says nothing of whose it is. */
function newVisitorKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return encodeBase64(random).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
