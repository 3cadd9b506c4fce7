import { type Database, openDatabase } from "../../../db/client.ts";
import { type Env, type Settings, settingsOf } from "../../env.ts";
import { LetterDesk } from "../letters/letter-desk.ts";
import { type Line, type Sent, TransportDown } from "../transport/line.ts";
import { type MailSettings, mailSettingsOf } from "../transport/mail-settings.ts";
import { openLine } from "../transport/open-line.ts";
import { backOff, MOST_ATTEMPTS } from "./back-off.ts";
import { claimDue } from "./claim.ts";
import { expandOccasions } from "./expand.ts";
import { insist, Journal, LEASE_MS } from "./journal.ts";
import { Pace } from "./pace.ts";
import {
  type ClaimedRow,
  type EndedRow,
  nextDue,
  readNextDue,
  releaseLeases,
  unclaimRows,
  withdrawRows,
} from "./queries.ts";

/** One round is over after this: the object's other callers and a new version of the worker get their turn. */
const ROUND_MS = 20_000;
/** As many connections as most submission servers allow one client. */
const LINES = 10;
/** The next look where the transport is down, or rows are due that could not be had. */
const LATER_MS = 30_000;
const WITHDRAW_AT_ONCE = 5000;

/**
 * One round of the postman: recipients of new occasions, broken leases, then letters until none is due or
 * the time is up.
 * @returns when to come again (UTC milliseconds); null where nothing waits or no mail is set up
 */
export async function deliver(env: Env, pace: Pace): Promise<number | null> {
  const settings = settingsOf(env);
  const database = openDatabase(settings.database);
  const started = Date.now();
  await expandOccasions(database, settings, started + ROUND_MS);
  const mail = mailSettingsOf(env);
  if (mail === null) return null;
  await database.write([releaseLeases(started, LEASE_MS), withdrawRows(started, WITHDRAW_AT_ONCE)]);
  const round = new Round(database, settings, mail, pace, started + ROUND_MS);
  const outcome = await round.run();
  if (outcome === "down") return Date.now() + LATER_MS;
  const [due] = await database.read([nextDue()]);
  return readNextDue(due);
}

/** By what the settings say; what is wrong with them is said when there is something to send. */
export function newPace(env: Env): Pace {
  return new Pace(mailSettingsOf(env)?.domainRate ?? 1);
}

class Round {
  readonly #database: Database;
  readonly #settings: Settings;
  readonly #mail: MailSettings;
  readonly #pace: Pace;
  readonly #until: number;
  readonly #claim = `clm_${crypto.randomUUID()}`;
  readonly #journal: Journal;
  readonly #desk: LetterDesk;
  #queue: ClaimedRow[] = [];
  /** One look at the outbox at a time, whichever line asks for it. */
  #looking: Promise<void> | null = null;
  #exhausted = false;
  #down = false;

  constructor(database: Database, settings: Settings, mail: MailSettings, pace: Pace, until: number) {
    this.#database = database;
    this.#settings = settings;
    this.#mail = mail;
    this.#pace = pace;
    this.#until = until;
    this.#journal = new Journal(database, this.#claim);
    this.#desk = new LetterDesk(database, settings, mail.from);
  }

  async run(): Promise<"done" | "down"> {
    await this.#look();
    const lines = Math.min(LINES, this.#queue.length);
    try {
      const ends = await Promise.allSettled(Array.from({ length: lines }, () => this.#work()));
      const failure = ends.find((end) => end.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    } finally {
      await insist(this.#database, [unclaimRows(this.#claim)]);
    }
    return this.#down ? "down" : "done";
  }

  /** One line's work: letter after letter. */
  async #work(): Promise<void> {
    const line = await openLine(this.#mail, this.#settings);
    let ended: EndedRow | null = null;
    try {
      for (;;) {
        if (!(await this.#ready(line))) break;
        const row = await this.#next();
        if (row === null) break;
        const before: EndedRow | null = ended;
        ended = null;
        const mine = await this.#journal.step(before, row);
        if (mine) ended = endOf(row, await this.#post(line, row));
      }
    } finally {
      line.close();
      await this.#journal.step(ended, null);
    }
  }

  async #ready(line: Line): Promise<boolean> {
    if (this.#down || Date.now() >= this.#until) return false;
    try {
      await line.open();
      return true;
    } catch (error) {
      this.#wentDown(error);
      return false;
    }
  }

  #wentDown(error: unknown): void {
    if (!(error instanceof TransportDown)) throw error;
    this.#down = true;
    console.error(JSON.stringify({ level: "error", at: "mail transport", error: error.message }));
  }

  async #next(): Promise<ClaimedRow | null> {
    while (this.#queue.length === 0 && !this.#exhausted && Date.now() < this.#until) await this.#look();
    return this.#queue.shift() ?? null;
  }

  #look(): Promise<void> {
    this.#looking ??= claimDue(this.#database, this.#pace, this.#claim, Date.now())
      .then(({ rows, found }) => {
        this.#queue.push(...rows);
        this.#exhausted = !found;
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #post(line: Line, row: ClaimedRow): Promise<Sent> {
    const letter = await this.#desk.write(row);
    if (letter.kind === "unwritable") return { kind: "refused", answer: letter.why };
    try {
      return await line.send(letter.parcel);
    } catch (error) {
      this.#wentDown(error);
      return { kind: "later", answer: "the mail transport was down", unsure: false };
    }
  }
}

function endOf({ org, id, attempts }: ClaimedRow, sent: Sent): EndedRow {
  const { answer } = sent;
  if (sent.kind !== "later") return { org, id, state: sent.kind, answer, dueAt: null, unsure: false };
  const made = attempts + 1;
  return made >= MOST_ATTEMPTS
    ? { org, id, state: "dead", answer, dueAt: null, unsure: sent.unsure }
    : {
        org,
        id,
        state: "queued",
        answer,
        dueAt: Date.now() + backOff(made, Math.random()),
        unsure: sent.unsure,
      };
}
