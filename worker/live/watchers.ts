/**
 * The open pages of one room. Their sockets are plain ones, not hibernating: a room with a page open
 * never sleeps, because it beats, and workerd keeps a hibernating socket's connection open until the
 * object sleeps, so that the page would not learn that its session has ended.
 */
export class Watchers {
  /** Each socket with the token of the session that watches. */
  readonly #seats = new Map<WebSocket, string>();
  readonly #left: () => void;

  /** @param left called whenever a page is gone */
  constructor(left: () => void) {
    this.#left = left;
  }

  get size(): number {
    return this.#seats.size;
  }

  /** Takes the room's end of a new socket and says the first message. */
  seat(socket: WebSocket, session: string, first: string): void {
    socket.accept();
    const leave = () => this.#leave(socket);
    socket.addEventListener("close", leave);
    socket.addEventListener("error", leave);
    this.#seats.set(socket, session);
    socket.send(first);
  }

  sessions(): string[] {
    return [...new Set(this.#seats.values())];
  }

  tell(message: string): void {
    for (const socket of this.#seats.keys()) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    }
  }

  /** Closes every socket of these sessions with 1008, by which a page knows to ask who it is. */
  end(sessions: readonly string[]): void {
    for (const [socket, session] of this.#seats) {
      if (!sessions.includes(session)) continue;
      if (socket.readyState === WebSocket.OPEN) socket.close(1008, "The session has ended.");
      this.#leave(socket);
    }
  }

  #leave(socket: WebSocket): void {
    if (this.#seats.delete(socket)) this.#left();
  }
}
