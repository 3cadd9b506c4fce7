import { expect, test } from "vitest";
import { readReport, verdictOn } from "./report.ts";

const LETTER = "mail_0123456789abcdef0123456789abcdef";
const ID = `<${LETTER}@callers360.com>`;

/** As Postfix writes it (RFC 3464 with X- fields, the headers alone returned). */
const POSTFIX = `Return-Path: <>
From: MAILER-DAEMON@mx.asha.example (Mail Delivery System)
To: notices@callers360.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="4WkzX51q9Wz1x.1763980000/mx.asha.example"
Message-Id: <4WkzX530Qwz1y@mx.asha.example>

This is a MIME-encapsulated message.

--4WkzX51q9Wz1x.1763980000/mx.asha.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<asha@asha.example>: host lmtp.asha.example said: 550 5.1.1 <asha@asha.example>
    User doesn't exist (in reply to RCPT TO command)

--4WkzX51q9Wz1x.1763980000/mx.asha.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.asha.example
X-Postfix-Queue-ID: 4WkzX51q9Wz1x
Arrival-Date: Tue, 24 Nov 2026 10:00:00 +0530 (IST)

Final-Recipient: rfc822; asha@asha.example
Original-Recipient: rfc822;Asha@asha.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; lmtp.asha.example
Diagnostic-Code: smtp; 550 5.1.1 <asha@asha.example> User doesn't
    exist

--4WkzX51q9Wz1x.1763980000/mx.asha.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: "Callers360" <notices@callers360.com>
To: asha@asha.example
Message-ID: ${ID}

--4WkzX51q9Wz1x.1763980000/mx.asha.example--
`;

/** As Exchange does: the whole letter returned, its status part in base64, no Original-Recipient. */
const EXCHANGE = `From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example>
To: <notices@callers360.com>
Date: Tue, 24 Nov 2026 05:10:00 +0000
Subject: =?utf-8?B?VW5kZWxpdmVyYWJsZTog?= December
In-Reply-To: ${ID}
Content-Type: multipart/report; report-type=delivery-status; boundary="_c1_"
MIME-Version: 1.0

--_c1_
Content-Type: multipart/alternative; boundary="_c2_"

--_c2_
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message couldn't be delivered.=20

--_c2_
Content-Type: text/html; charset="us-ascii"

<p>Your message couldn't be delivered.</p>

--_c2_--

--_c1_
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

${btoa(`Reporting-MTA: dns;PN3PR01.prod.corp.example\r\nReceived-From-MTA: dns;mail.callers360.com\r\n\r\nFinal-Recipient: rfc822;dev@corp.example\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver dev@corp.example\r\nX-Display-Name: Dev\r\n\r\n`)}

--_c1_
Content-Type: message/rfc822

Message-ID: ${ID}
Subject: December
Content-Type: text/plain

Hello.

--_c1_--
`;

/** As sendmail does for what it still tries, and for several recipients at once. */
const SENDMAIL = `From: Mail Delivery Subsystem <MAILER-DAEMON@relay.example>
To: <notices@callers360.com>
Subject: Warning: could not send message for past 4 hours
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="1AO0.1763/relay.example"
Auto-Submitted: auto-generated (warning-timeout)

--1AO0.1763/relay.example

    ** THIS IS A WARNING MESSAGE ONLY **

--1AO0.1763/relay.example
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Tue, 24 Nov 2026 06:00:00 GMT

Final-Recipient: RFC822; ravi@slow.example
Action: delayed
Status: 4.4.2
Diagnostic-Code: SMTP; 421 4.4.2 slow.example: connection timed out
Will-Retry-Until: Sun, 29 Nov 2026 06:00:00 GMT

Final-Recipient: RFC822; other@slow.example
Action: delivered
Status: 2.0.0

--1AO0.1763/relay.example
Content-Type: message/rfc822

Received: from callers360.com
Message-ID: ${ID}

--1AO0.1763/relay.example--
`;

const read = (mail: string) => readReport(new TextEncoder().encode(mail.replaceAll("\n", "\r\n")));

test("Postfix: the address is gone, and is not repeated in what it said", async () => {
  expect(await read(POSTFIX)).toEqual({
    letter: LETTER,
    recipients: [
      {
        addresses: ["asha@asha.example", "asha@asha.example"],
        action: "failed",
        status: "5.1.1",
        answer: "5.1.1 550 5.1.1 (address) User doesn't exist",
      },
    ],
  });
});

test("Exchange: the status part may be encoded, the letter returned whole", async () => {
  expect(await read(EXCHANGE)).toMatchObject({
    letter: LETTER,
    recipients: [{ addresses: ["dev@corp.example"], action: "failed", status: "5.2.2" }],
  });
  // Neither letter nor headers: its own headers say what it answers.
  const without = EXCHANGE.replace(/--_c1_\nContent-Type: message\/rfc822[\s\S]*?(?=--_c1_--)/, "");
  expect(without).not.toBe(EXCHANGE);
  expect(await read(without)).toMatchObject({ letter: LETTER });
});

test("sendmail: each recipient by itself", async () => {
  expect(await read(SENDMAIL)).toMatchObject({
    letter: LETTER,
    recipients: [
      { addresses: ["ravi@slow.example"], action: "delayed", status: "4.4.2" },
      { addresses: ["other@slow.example"], action: "delivered", status: "2.0.0" },
    ],
  });
});

test("who is on holiday reports nothing, and a foreign letter is not ours", async () => {
  const holiday = `From: asha@asha.example\nTo: notices@callers360.com\nSubject: Away\nIn-Reply-To: ${ID}\nAuto-Submitted: auto-replied\n\nI am away.\n`;
  expect(await read(holiday)).toBeNull();
  expect(await read(POSTFIX.replaceAll(LETTER, "mail_1"))).toMatchObject({ letter: null });
});

test.each([
  ["failed", "5.1.1", "bounced"],
  ["failed", "5.1.10", "bounced"],
  ["failed", "5.2.1", "bounced"],
  ["failed", "5.4.4", "bounced"],
  ["failed", "5.2.2", "dead"],
  ["failed", "4.4.7", "dead"],
  ["failed", "5.7.1", "refused"],
  ["failed", "5.7.26", "refused"],
  ["failed", "5.3.4", "refused"],
  ["failed", "5.6.1", "refused"],
  ["delayed", "4.4.1", null],
  ["delivered", "2.0.0", null],
])("%s with %s: %s", (action, status, verdict) => {
  expect(verdictOn({ action, status })).toBe(verdict);
});
