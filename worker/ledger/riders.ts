import { consentRider } from "../consent/consent-rider.ts";
import { recordRider } from "../notify/records/record-rider.ts";
import { openLeaves } from "./open-leaves.ts";
import type { Rider } from "./rider.ts";

/** Everything that may ride in a log's commit, in the order in which its leaves are numbered. */
export const RIDERS = {
  open: openLeaves,
  consent: consentRider,
  personal: recordRider,
} as const;

export type RiderName = keyof typeof RIDERS;
export type RequestOf<Name extends RiderName> =
  (typeof RIDERS)[Name] extends Rider<infer Request, infer _> ? Request : never;
export type AnswerOf<Name extends RiderName> =
  (typeof RIDERS)[Name] extends Rider<infer _, infer Answer> ? Answer : never;
