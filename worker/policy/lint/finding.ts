/** `error`: the text contradicts itself or misses what it needs, and cannot be scheduled. */
export const SEVERITIES = ["error", "warning", "hint"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that is wrong, or that somebody should look at. */
export interface Finding {
  /** Of the Markdown, counted from 1. */
  readonly line: number;
  readonly severity: Severity;
  /** The check that found it, as `cross-reference` or `dpdp/withdrawal`. */
  readonly rule: string;
  readonly reason: string;
  readonly suggestion: string;
}
