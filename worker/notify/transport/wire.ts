/** A connection as `cloudflare:sockets` gives it; tests in Node bring their own of the same shape. */
export interface Wire {
  /** Settles when the connection stands, with TLS where it was asked for. */
  readonly opened: Promise<unknown>;
  readonly closed: Promise<unknown>;
  readonly readable: { getReader(): WireReader };
  readonly writable: { getWriter(): WireWriter };
  /** The same connection under TLS; the certificate has to be the host's. */
  startTls(): Wire;
  close(): Promise<unknown>;
}

export interface WireReader {
  /** @returns `value` undefined where the other side has ended */
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
  releaseLock(): void;
}

export interface WireWriter {
  write(bytes: Uint8Array): Promise<void>;
  releaseLock(): void;
}

export type Connect = (
  address: { readonly hostname: string; readonly port: number },
  options: { readonly secureTransport: "on" | "off" | "starttls"; readonly allowHalfOpen: boolean },
) => Wire;
