/** What the server has done since its start; `GET /stats` shows it, tests compare before and after. */
export type Stats = {
  /** Committed transactions that changed something, autocommitted statements included. */
  write_transactions: number;
  /** Committed transactions that changed nothing. */
  read_transactions: number;
  /** How often the log was brought to the disk: once for all commits that waited for it. */
  log_syncs: number;
  statements: number;
  rows_read: number;
  rows_written: number;
};

export function newStats(): Stats {
  return {
    write_transactions: 0,
    read_transactions: 0,
    log_syncs: 0,
    statements: 0,
    rows_read: 0,
    rows_written: 0,
  };
}
