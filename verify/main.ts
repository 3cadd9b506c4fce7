import { Refused } from "../worker/ledger/refused.ts";
import { verifyReceipt } from "../worker/ledger/verify-receipt.ts";
import { checkConsistency } from "./check-consistency.ts";
import { readCheckpoint, readNamedFile } from "./checkpoint-file.ts";
import { type Command, readCommand, usageOf } from "./command.ts";
import { LogReader } from "./log-reader.ts";
import { Misuse } from "./misuse.ts";
import { readOpening } from "./opening-file.ts";
import { walkLog } from "./walk-log.ts";

/** Carries out a command and says in one sentence what was verified. @throws Refused, Misuse */
async function carryOut(command: Command): Promise<string> {
  switch (command.verb) {
    case "receipt": {
      const file = await readNamedFile(command.file);
      const opening =
        command.record === undefined
          ? undefined
          : readOpening(await readNamedFile(command.record), command.salt);
      const verdict = await verifyReceipt(file, command.vkey, opening);
      if (!verdict.verified) throw new Refused(verdict.reason);
      const { checkpoint, index, leaf, opened } = verdict;
      const kind = leaf === null ? "" : `, a ${leaf.kind},`;
      const record = opened ? " It commits to exactly this record." : "";
      return `Entry ${index}${kind} is in the tree of ${checkpoint.size} that ${checkpoint.origin} signed.${record}`;
    }
    case "log": {
      const log = new LogReader(command.url);
      const now = await readCheckpoint(await log.checkpoint(), command.key);
      const old =
        command.old === undefined
          ? undefined
          : await readCheckpoint(await readNamedFile(command.old), command.key);
      await walkLog(log, now, old);
      const since = old === undefined ? "" : ` It continues the tree of ${old.size} unchanged.`;
      return `All ${now.size} entries of ${now.origin} hash to the root that it signed.${since}`;
    }
    case "consistency": {
      const old = await readCheckpoint(await readNamedFile(command.old), command.key);
      const now = await readCheckpoint(await readNamedFile(command.now), command.key);
      await checkConsistency(new LogReader(command.url), old, now);
      return `The tree of ${now.size} of ${now.origin} continues the tree of ${old.size} unchanged.`;
    }
  }
}

try {
  process.stdout.write(`verified: ${await carryOut(readCommand(process.argv.slice(2)))}\n`);
} catch (error) {
  if (error instanceof Misuse) {
    const name = import.meta.filename.endsWith(".ts") ? "npm run verify --" : "callers360-verify";
    process.stderr.write(`${error.message}\n\n${usageOf(name)}\n`);
    process.exitCode = 2;
  } else if (error instanceof Refused) {
    process.stderr.write(`refused: ${error.message}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
