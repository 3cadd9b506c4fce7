import * as v from "valibot";
import { Identifier, Instant } from "../http/fields.ts";
import { invalid } from "../http/problem.ts";
import { type Zone, zoneNamed } from "./zone.ts";

const TimeZone = v.pipe(
  v.string(),
  v.rawTransform<string, Zone>(({ dataset, addIssue, NEVER }) => {
    const zone = zoneNamed(dataset.value);
    if (zone !== null) return zone;
    addIssue({ message: "must be an IANA time zone, as Asia/Kolkata." });
    return NEVER;
  }),
);

/** The parameters that every question takes, but for `caller` where the path names one. */
export const RANGE = {
  from: Instant,
  to: Instant,
  team: v.optional(Identifier),
  tz: v.optional(TimeZone),
  hours: v.optional(v.picklist(["business"], "must be business.")),
};
export const CALLER = { caller: v.optional(Identifier) };

/** What a question is about. */
export interface Question {
  /** UTC ms, inclusive. */
  readonly from: number;
  /** UTC ms, exclusive. */
  readonly to: number;
  readonly team?: string | undefined;
  readonly caller?: string | undefined;
  /** The zone of its days and hours; the organisation's unless named. */
  readonly tz?: Zone | undefined;
  /** `business` counts only calls that began while the organisation was open. */
  readonly hours?: "business" | undefined;
}

/** @throws Problem 422 unless `from` is before `to` */
export function requireOrder<Q extends Question>(question: Q): Q {
  if (question.from < question.to) return question;
  throw invalid([{ parameter: "to", detail: "must be after from." }]);
}
