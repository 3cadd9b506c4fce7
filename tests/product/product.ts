import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StartFile } from "../../local/start-file.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The whole product as a newcomer starts it. */
export interface Product {
  readonly start: StartFile;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** Ctrl-C, and waits until everything has ended. */
  stop(): Promise<void>;
}

export function newDataFolder(): string {
  return mkdtempSync(join(tmpdir(), "callers360-product-"));
}

/** `npm start` in a data folder of its own, on a free port. Ready when this resolves. */
export async function startProduct(
  options: { dataFolder?: string; args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<Product> {
  const dataFolder = options.dataFolder ?? newDataFolder();
  const { child, words } = npmStart(dataFolder, options);
  const file = join(dataFolder, "start.json");
  const until = Date.now() + 90_000;
  while (!existsSync(file)) {
    if (child.exitCode !== null || Date.now() > until)
      throw new Error(`the product did not start:\n${words()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const start: StartFile = JSON.parse(readFileSync(file, "utf8"));
  return {
    start,
    dataFolder,
    process: child,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, "exit");
        interrupt(child);
        await ended;
      }
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A start that is expected to refuse: its exit code and what it said. */
export async function refusedStart(
  dataFolder: string,
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<{ code: number | null; words: string }> {
  const { child, words } = npmStart(dataFolder, options);
  const [code] = await once(child, "exit");
  return { code, words: words() };
}

/** What a terminal does on Ctrl-C: the signal goes to the whole foreground group. */
export function interrupt(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
}

function npmStart(
  dataFolder: string,
  { args = [], env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> },
) {
  const child = spawn("npm", ["start", "--silent", "--", ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PORT: "0", DATA_DIR: dataFolder, ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (said += text));
  return { child, words: () => said };
}
