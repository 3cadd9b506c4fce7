import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKS, runCheck } from "../build/check.ts";
import { ensureChromium } from "./chromium.ts";

/**
 * `npm test`: the checks, then every test in Node, in workerd and on the started product.
 * Ends with one line `N passed, N failed`; the exit code is 1 when anything failed.
 */
const say = (line: string) => process.stdout.write(`${line}\n`);

process.env.CHROMIUM = ensureChromium(say);
let passed = 0;
let failed = 0;
for (const check of CHECKS) {
  if (await runCheck(check)) passed += 1;
  else failed += 1;
}

const folder = mkdtempSync(join(tmpdir(), "callers360-tests-"));
const report = join(folder, "report.json");
const vitest = spawnSync(
  process.execPath,
  [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: "inherit", env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
);
try {
  const counts: {
    numPassedTests: number;
    numFailedTests: number;
    numFailedTestSuites: number;
    success: boolean;
  } = JSON.parse(readFileSync(report, "utf8"));
  passed += counts.numPassedTests;
  // A file that does not even load has no failed test of its own.
  failed += Math.max(counts.numFailedTests, counts.success ? 0 : 1);
} catch (error) {
  say(`The test runner left no report: ${String(error)}`);
  failed += 1;
}
if (vitest.status !== 0 && failed === 0) failed = 1;
rmSync(folder, { recursive: true, force: true });
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
