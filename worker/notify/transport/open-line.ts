import type { Settings } from "../../env.ts";
import type { Line } from "./line.ts";
import type { MailSettings } from "./mail-settings.ts";

/** A new line by the way the settings name; SMTP is only loaded where it is SMTP. */
export async function openLine({ transport }: MailSettings, settings: Settings): Promise<Line> {
  if (transport.kind === "smtp") {
    const { smtpLine } = await import("./smtp-line.ts");
    const { connect } = await import("cloudflare:sockets");
    return smtpLine(transport, { clientName: settings.publicHost, connect });
  }
  const { httpLine } = await import("./http-line.ts");
  return httpLine(transport, settings);
}
