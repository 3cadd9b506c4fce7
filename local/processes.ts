import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { Refusal } from "./refusal.ts";
import { type WorkerdOptions, workerdConfig } from "./workerd-config.ts";

/** The path of the native program, not of npm's JavaScript shim in front of it: its pid is the worker's. */
const workerd: { readonly default: string } = createRequire(import.meta.url)("workerd");

const ROOT = new URL("../", import.meta.url).pathname;

/** A child of the start, with the last lines it said. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  running(): boolean;
  lastWords(): string;
  kill(signal: NodeJS.Signals): void;
}

/** The local database server on the given file and port. */
export async function startDatabase(options: { port: number; file: string; token: string }): Promise<Child> {
  const child = launch(
    "the database",
    process.execPath,
    [`${ROOT}db/dev-server/main.ts`, "--port", String(options.port), "--data", options.file],
    { C360_DB_TOKEN: options.token },
  );
  await answers(child, `http://127.0.0.1:${options.port}/v2`, { authorization: `Bearer ${options.token}` });
  return child;
}

/** The mail server on the given ports: SMTP, and the inbox page. */
export async function startMail(options: { smtp: number; http: number; folder: string }): Promise<Child> {
  const child = launch(
    "the mail server",
    process.execPath,
    [
      `${ROOT}local/mail/main.ts`,
      "--smtp",
      String(options.smtp),
      "--http",
      String(options.http),
      "--folder",
      options.folder,
    ],
    {},
  );
  await answers(child, `http://127.0.0.1:${options.http}/inbox/`, {});
  return child;
}

/** Plain workerd with the built worker; `configFile` is written for it. */
export async function startWorker(
  options: Omit<WorkerdOptions, "dist" | "secrets" | "configFolder"> & {
    configFile: string;
    secrets: Readonly<Record<string, string>>;
  },
): Promise<Child> {
  const { configFile, secrets, ...rest } = options;
  const config = workerdConfig({
    ...rest,
    configFolder: dirname(configFile),
    dist: `${ROOT}dist`,
    secrets: Object.keys(secrets),
  });
  writeFileSync(configFile, config, { mode: 0o600 });
  const child = launch("the worker", workerd.default, ["serve", configFile, "--experimental"], secrets);
  await answers(child, `http://127.0.0.1:${options.port}/healthz`, {});
  return child;
}

/** Rings the worker's cron trigger once. @throws Error when a job failed */
export function ringCron(cronSocket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: cronSocket, path: "/", method: "POST" }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error("the worker's periodic work failed; its log says why"));
      });
    });
    call.once("error", reject);
    call.end();
  });
}

/**
 * Ends the children should this process be killed without a chance to do so itself: the watchdog
 * wakes when the pipe to it closes.
 */
export function watchOver(children: readonly Child[]): void {
  const pids = children.map((child) => String(child.pid));
  const watchdog = spawn("sh", ["-c", 'read _; kill "$@" 2>/dev/null', "watchdog", ...pids], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watchdog.unref();
}

/** Asks every child to end, and insists after five seconds. */
export async function stopAll(children: readonly Child[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (!child.running()) return;
      // A stopped process only sees its end once it continues.
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), 5000);
      await child.ended;
      clearTimeout(patience);
    }),
  );
}

function launch(name: string, program: string, args: string[], env: Readonly<Record<string, string>>): Child {
  const child: ChildProcess = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C reaches the whole foreground group; the start alone decides the order of ending.
    detached: true,
  });
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      words.push(line);
      if (words.length > 20) words.shift();
      if (process.env.C360_VERBOSE !== undefined) process.stderr.write(`[${name}] ${line}\n`);
    });
  }
  const ended = once(child, "exit").then(() => undefined);
  if (child.pid === undefined)
    throw new Refusal(`${name} could not be started: ${program} does not run here.`);
  return {
    name,
    pid: child.pid,
    ended,
    running: () => child.exitCode === null && child.signalCode === null,
    lastWords: () => words.join("\n"),
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

/** Waits until the address answers at all. @throws Error when the child ends first or 20 s pass */
async function answers(child: Child, url: string, headers: Record<string, string>): Promise<void> {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    if (!child.running()) break;
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      return;
    } catch {
      // Not listening yet: the only thing to do is to ask again.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`${child.name} did not come up:\n${child.lastWords()}`);
}
