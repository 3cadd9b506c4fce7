import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parentPort } from "node:worker_threads";
import { SMTPServer } from "smtp-server";

/** A server in a thread of its own that takes everything, so that neither client pays for it. */
let last = Buffer.alloc(0);
let taken = 0;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  disableReverseLookup: true,
  onData(stream, _session, done) {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("end", () => {
      taken += 1;
      last = Buffer.concat(chunks);
      done();
    });
  },
});
// A client that breaks off is counted by its absence.
server.on("error", () => {});
const listener = server.listen(0, "127.0.0.1");
// Answers leave at once, as submission servers send them: else each of several in a row waits 40 ms for an ACK.
listener.on("connection", (socket) => socket.setNoDelay(true));
await once(listener, "listening");
parentPort?.postMessage({ port: (listener.address() as AddressInfo).port });
parentPort?.on("message", (question: "reset" | "count" | "close") => {
  if (question === "reset") taken = 0;
  if (question === "close") server.close(() => process.exit(0));
  parentPort?.postMessage({ taken, last: question === "count" ? last.toString() : "" });
});
