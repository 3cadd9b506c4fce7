import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type DatabaseServer, startDatabaseServer } from "./server.ts";

const USAGE = `Usage: node db/dev-server/main.ts --port <number> --data <file> [--token <secret>] [--host <address>]

Serves the libSQL database in <file> by Hrana over HTTP, until it gets SIGINT or SIGTERM.
  --port   TCP port; 0 takes a free one
  --data   data file; made if it is missing
  --token  bearer token that every request must carry; better told in C360_DB_TOKEN, which no list of processes shows
  --host   address to listen on (127.0.0.1)`;

type Arguments = {
  readonly port: number;
  readonly dataFile: string;
  readonly host?: string;
  readonly token?: string;
};

class Misuse extends Error {}

/** @throws Misuse */
function readArguments(argv: readonly string[]): Arguments | "help" {
  let values: { port?: string; data?: string; token?: string; host?: string; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        port: { type: "string" },
        data: { type: "string" },
        token: { type: "string" },
        host: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : String(error));
  }
  const { port, data, host, token = process.env.C360_DB_TOKEN || undefined, help } = values;
  if (help === true) return "help";
  if (port === undefined || !/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Misuse("--port must be a number from 0 to 65535.");
  }
  if (data === undefined || data === "") throw new Misuse("--data must name the data file.");
  if (token === "") throw new Misuse("--token must not be empty.");
  return {
    port: Number(port),
    dataFile: resolve(data),
    ...(host === undefined ? {} : { host }),
    ...(token === undefined ? {} : { token }),
  };
}

/** Why the server could not start, in one sentence. */
function explain(error: unknown, { port, host, dataFile }: Arguments): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = `${host ?? "127.0.0.1"}:${port}`;
  if (code === "EADDRINUSE") return `Port ${port} is taken: another program listens on ${place}.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `This machine has no address ${host}.`;
  if (code === "EACCES" && error instanceof Error && "syscall" in error && error.syscall === "listen") {
    return `Listening on ${place} is not permitted.`;
  }
  if (code === "SQLITE_NOTADB") return `The data file ${dataFile} is not a database.`;
  const reason = error instanceof Error ? error.message : String(error);
  return `The data file ${dataFile} cannot be opened for writing: ${reason}.`;
}

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return;
  }
  let server: DatabaseServer;
  try {
    server = await startDatabaseServer(options);
  } catch (error) {
    console.error(explain(error, options));
    process.exit(1);
  }
  console.log(JSON.stringify({ ready: true, url: server.url, data: options.dataFile }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      void server.close().then(() => process.exit(0));
    });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}
