import { createSignal, onCleanup } from "solid-js";
import { askMe, goToSignIn } from "../account/me.ts";
import { applyMessage, type Board } from "../live/board.ts";
import { connect } from "../live/connect.ts";

/** The live line's state for the header. */
export interface Liveness {
  readonly stale: boolean;
  /** When the newest word from the server came, by the server's clock; null before the first. */
  readonly asOf: number | null;
}

/** The reactive board of an organisation, kept live as long as its owner lives. */
export function createLiveBoard(org: string | null) {
  const [board, setBoard] = createSignal<Board | null>(null);
  const [liveness, setLiveness] = createSignal<Liveness>({ stale: false, asOf: null });
  /** Server's clock minus ours: a wrong clock on a wall screen shall not show. */
  let ahead = 0;

  const disconnect = connect({
    address: () => {
      const url = new URL("/api/v1/live", location.href);
      url.protocol = url.protocol.replace("http", "ws");
      if (org !== null) url.searchParams.set("org", org);
      const known = board();
      if (known !== null) url.searchParams.set("since", String(known.seq));
      return url.href;
    },
    message: (message) => {
      if (message.type === "snapshot") ahead = message.asOf - Date.now();
      setBoard((before) => applyMessage(before, message));
    },
    seq: () => board()?.seq ?? null,
    liveness: ({ stale, heard }) => setLiveness({ stale, asOf: heard === null ? null : heard + ahead }),
    probe: async () => {
      const { kind } = await askMe(org);
      // The server's page says what is missing.
      if (kind === "refused") location.reload();
      return kind !== "signed-out";
    },
    leave: goToSignIn,
  });
  onCleanup(disconnect);
  return {
    board,
    liveness,
    /** The server's clock, UTC milliseconds; it stands still where nobody knows what is going on. */
    serverTime: () => {
      const { stale, asOf } = liveness();
      return stale && asOf !== null ? asOf : Date.now() + ahead;
    },
  };
}
