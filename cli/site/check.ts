import { readFile } from "node:fs/promises";
import { checkDocument } from "../../worker/consent/sites/check-document.ts";
import { SiteDocument } from "../../worker/consent/sites/site-document.ts";
import { check } from "../../worker/http/check.ts";
import { Misuse } from "../misuse.ts";
import { lineOf, linesOf } from "./lines.ts";
import type { SiteOptions } from "./options.ts";

/** A finding with its place in the file. */
export interface PlacedFinding {
  readonly line: number;
  readonly pointer: string;
  readonly severity: "error" | "warning";
  readonly rule: string;
  readonly reason: string;
  readonly suggestion: string;
}

/** What a file holds, and what the checks say of it. */
export interface CheckedFile {
  /** Null where it is no configuration at all. */
  readonly document: SiteDocument | null;
  readonly findings: readonly PlacedFinding[];
  readonly unreviewed: readonly string[];
}

/** Checks FILE without network: exit 1 where there are errors. */
export async function checkVerb({ file, json }: SiteOptions): Promise<number> {
  const { findings } = await checkFile(file);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  if (json) {
    process.stdout.write(`${JSON.stringify({ file, findings, errors, warnings }, null, 2)}\n`);
  } else {
    process.stdout.write(asText(file, findings));
    process.stdout.write(
      `${errors} ${errors === 1 ? "error" : "errors"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}.\n`,
    );
  }
  return errors === 0 ? 0 : 1;
}

/** @throws Misuse where FILE is no JSON */
export async function checkFile(file: string): Promise<CheckedFile> {
  const text = await readFile(file, "utf8");
  const result = check(SiteDocument, parsed(file, text));
  const lines = linesOf(text);
  if (!result.ok) {
    const findings = result.errors.map((error): PlacedFinding => {
      const pointer = "pointer" in error ? error.pointer : "";
      return {
        line: lineOf(lines, pointer),
        pointer,
        severity: "error",
        rule: "shape",
        reason: `It ${error.detail}`,
        suggestion: "The JSON Schema is at /schemas/site.json.",
      };
    });
    return { document: null, findings, unreviewed: [] };
  }
  const { findings, unreviewed } = checkDocument(result.value);
  return {
    document: result.value,
    unreviewed,
    findings: findings
      .map((finding) => ({ line: lineOf(lines, finding.pointer), ...finding }))
      .sort((a, b) => a.line - b.line),
  };
}

export function asText(file: string, findings: readonly PlacedFinding[]): string {
  return findings
    .map(
      ({ line, severity, rule, pointer, reason, suggestion }) =>
        `${file}:${line}: ${severity} ${rule}: ${reason} ${suggestion} (${pointer})\n`,
    )
    .join("");
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Misuse(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
