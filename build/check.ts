import { spawnSync } from "node:child_process";
import { overBudget } from "./budgets.ts";
import { buildProduct } from "./build.ts";

/** One check: what is wrong, as lines for people; nothing when all is well. */
interface Check {
  readonly name: string;
  faults(): Promise<readonly string[]> | readonly string[];
}

const PROJECTS = [
  "worker",
  "worker/tsconfig.node-tests.json",
  "web",
  "consent-banner",
  "cli",
  "tsconfig.node.json",
];

/** All checks, in the order in which they help most. The build stands before what reads it. */
export const CHECKS: readonly Check[] = [
  ...PROJECTS.map((project) =>
    program(`types of ${project}`, "node_modules/typescript/bin/tsc", "-p", project),
  ),
  program("lint and format", "node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "."),
  program("unused code", "node_modules/knip/bin/knip.js", "--no-progress"),
  { name: "build", faults: () => buildProduct().then(() => []) },
  { name: "size budgets", faults: overBudget },
  program(
    "deployable",
    "node_modules/wrangler/bin/wrangler.js",
    "deploy",
    "--dry-run",
    "--outdir",
    "dist/dry-run",
  ),
];

/** Runs one check and says how it went. @returns whether it passed */
export async function runCheck(check: Check): Promise<boolean> {
  const started = performance.now();
  let faults: readonly string[];
  try {
    faults = await check.faults();
  } catch (error) {
    faults = [String(error)];
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${faults.length === 0 ? "ok  " : "FAIL"} ${check.name} (${seconds} s)\n`);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  return faults.length === 0;
}

function program(name: string, script: string, ...args: string[]): Check {
  return {
    name,
    faults: () => {
      const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, ...args], {
        encoding: "utf8",
        env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" },
        maxBuffer: 64 * 1024 * 1024,
      });
      return status === 0 ? [] : [`${stdout}${stderr}${error === undefined ? "" : String(error)}`];
    },
  };
}

if (import.meta.main) {
  let failed = 0;
  for (const check of CHECKS) if (!(await runCheck(check))) failed += 1;
  process.exitCode = failed === 0 ? 0 : 1;
}
