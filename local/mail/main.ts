import { parseArgs } from "node:util";
import { SMTPServer } from "smtp-server";
import { inboxServer } from "./inbox.ts";
import { openMailbox } from "./mailbox.ts";

/**
 * The local start's mail server: it takes every mail, keeps it in a folder, and shows it on a page. Both
 * listen on this machine only. To see what happens otherwise: `bounce…@` is refused for good, `later…@` for now.
 */
const { values } = parseArgs({
  options: { smtp: { type: "string" }, http: { type: "string" }, folder: { type: "string" } },
});
const { smtp, http, folder } = values;
if (smtp === undefined || http === undefined || folder === undefined) {
  throw new Error("needs --smtp PORT, --http PORT and --folder FOLDER");
}

const mailbox = openMailbox(folder);
const MAX_BYTES = 25 * 1024 * 1024;

const server = new SMTPServer({
  banner: "Callers360 local mail",
  size: MAX_BYTES,
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  disableReverseLookup: true,
  onRcptTo({ address }, _session, done) {
    if (address.startsWith("bounce")) return done(reply(550, "5.1.1 No such mailbox"));
    if (address.startsWith("later")) return done(reply(451, "4.7.1 Try again later"));
    done();
  },
  onData(stream, _session, done) {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("error", done);
    stream.once("end", () => {
      if (stream.sizeExceeded) return done(reply(552, "5.3.4 Too large"));
      done(null, `kept as ${mailbox.keep(Buffer.concat(chunks))}`);
    });
  },
});
// A client that goes in the middle of a word is no reason to end.
server.on("error", (error) => process.stderr.write(`smtp: ${error.message}\n`));
server.listen(Number(smtp), "127.0.0.1", () => {
  inboxServer(mailbox).listen(Number(http), "127.0.0.1");
});

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
