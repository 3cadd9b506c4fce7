import { CATEGORIES, type Category, type Notice, type Texts } from "../../../consent-banner/configuration.ts";
import type { Database } from "../../../db/client.ts";
import { noticeOf } from "../notices/notices-of-org.ts";
import { readShownNotices, shownNotices } from "../notices/queries.ts";
import type { ConsentRecord } from "../record.ts";
import type { ProvableRecord } from "./consent-history.ts";
import type { LogWriter } from "./export-log.ts";

/**
 * Consent receipts in the information structure of ISO/IEC TS 27560:2023: receipt metadata, the record's
 * header, what is processed (per purpose), the parties, the events; field names as in its tables. Beside
 * it, under `proof`, what our own verifier needs.
 */

const SCHEMA = "ISO/IEC TS 27560:2023";

/** What a receipt says beside the record and its notice. */
export interface ReceiptContext {
  readonly org: string;
  readonly log: string;
  /** Before every path, without a trailing slash. */
  readonly publicUrl: string;
}

/** One receipt. @param notice as it was shown; null where it is not kept any more */
export function receiptOf(provable: ProvableRecord, notice: Notice | null, context: ReceiptContext) {
  const { index, record, salt, receipt } = provable;
  const { org, log, publicUrl } = context;
  return {
    receipt_metadata: { schema_version: SCHEMA, receipt_id: publicUrl + receipt },
    consent_record: {
      header: {
        schema_version: SCHEMA,
        record_id: `${log}/${index}`,
        pii_principal_id: record.consent_id,
      },
      pii_processing: {
        privacy_notice: {
          notice_hash: record.notice_hash,
          policy_version: record.policy_version,
          policy_url: notice === null ? null : addressIn(notice.links.policy, publicUrl),
        },
        language: record.language,
        jurisdiction: record.country,
        collection_method:
          record.action === "gpc" ? "browser signal (Global Privacy Control)" : "consent banner",
        pii_controllers: [org],
        ...(notice === null
          ? {}
          : {
              withdrawal_method: textsFor(notice, record.language).reopen,
              privacy_rights: addressIn(notice.links.rights, publicUrl),
              authority_party: addressIn(notice.links.board, publicUrl),
            }),
        purposes: CATEGORIES.map((category) => purposeOf(category, record, notice)),
      },
      party_identification: partiesOf(org, notice),
      events: eventsOf(record, notice),
    },
    proof: { index, record, salt, receipt: publicUrl + receipt },
  };
}

function purposeOf(category: Category, record: ConsentRecord, notice: Notice | null) {
  const purpose = notice?.categories.find(({ id }) => id === category);
  if (notice === null || purpose === undefined) {
    return { purpose: category, purpose_type: category, lawful_basis: "consent" };
  }
  const { title, text, data_items } = textsFor(notice, record.language).purposes[category];
  return {
    purpose: title,
    purpose_type: category,
    purpose_description: text,
    lawful_basis: "consent",
    pii_information: data_items.map((pii_type) => ({ pii_type, pii_optional: true })),
    retention_period: `P${purpose.retention_days}D`,
    recipient_third_parties: notice.services
      .filter((service) => service.category === category)
      .map(({ id }) => id),
  };
}

function partiesOf(org: string, notice: Notice | null) {
  if (notice === null) return [{ party_id: org, party_role: "PII controller" }];
  const { contact, services, site_name } = notice;
  return [
    {
      party_id: org,
      party_name: site_name,
      party_role: "PII controller",
      party_contact: contact.name,
      party_email: contact.email,
    },
    ...services.map(({ id, name, provider, country, policy_url }) => ({
      party_id: id,
      party_name: provider,
      party_role: "recipient",
      party_type: name,
      party_address: country,
      ...(policy_url === undefined ? {} : { party_url: policy_url }),
    })),
  ];
}

/** What the person did, by purpose: given for some, refused or withdrawn for the others. */
function eventsOf(record: ConsentRecord, notice: Notice | null) {
  const of = (given: boolean) => CATEGORIES.filter((category) => record.categories[category] === given);
  const event = (event_state: string, purposes: readonly Category[]) =>
    purposes.length === 0
      ? []
      : [
          {
            event_time: record.at,
            ...(notice === null ? {} : { validity_duration: `P${notice.consent_days}D` }),
            entity_id: record.consent_id,
            event_type: "explicit",
            event_state,
            purposes,
          },
        ];
  return [
    ...event("given", of(true)),
    ...event(record.action === "withdraw" ? "withdrawn" : "refused", of(false)),
  ];
}

/** The words as they were shown: the language itself, its base, or the notice's first. */
export function textsFor({ texts, languages }: Notice, language: string): Texts {
  const shown = texts[language] ?? texts[language.split("-")[0] ?? ""] ?? texts[languages[0] ?? ""];
  if (shown === undefined) throw new Error("a notice without any language");
  return shown;
}

/** As the site wrote it where it is no address at all: a notice is shown as it was. */
function addressIn(link: string, base: string): string {
  return URL.parse(link, base)?.href ?? link;
}

interface NoticeKey {
  readonly site: string;
  readonly noticeHash: string;
  readonly policyVersion: string;
}

function keyOf({ site, notice_hash, policy_version }: ConsentRecord): NoticeKey {
  return { site, noticeHash: notice_hash, policyVersion: policy_version };
}

function textOf({ site, noticeHash, policyVersion }: NoticeKey): string {
  return `${site} ${noticeHash} ${policyVersion}`;
}

/** One JSON document: `{ schema_version, checkpoint, receipts, next_cursor }`. */
export function asReceipts(
  database: Database,
  context: ReceiptContext,
  checkpoint: string,
  cursorOf: (next: Parameters<LogWriter["end"]>[0]) => string | null,
): LogWriter {
  const known = new Map<string, Notice>();
  return {
    begin: `{"schema_version":${JSON.stringify(SCHEMA)},"checkpoint":${JSON.stringify(checkpoint)},"receipts":[`,
    async part(records, first) {
      const wanted = new Map(records.map(({ record }) => [textOf(keyOf(record)), keyOf(record)]));
      const missing = [...wanted].filter(([text]) => !known.has(text)).map(([, key]) => key);
      if (missing.length > 0) {
        const [found] = await database.read([shownNotices(context.org, missing)]);
        for (const notice of readShownNotices(found)) {
          known.set(textOf(notice), noticeOf(notice.document));
        }
      }
      const receipts = records.map((provable) =>
        JSON.stringify(receiptOf(provable, known.get(textOf(keyOf(provable.record))) ?? null, context)),
      );
      return receipts.length === 0 ? "" : `${first ? "" : ","}\n${receipts.join(",\n")}`;
    },
    end: (next) => `],"next_cursor":${JSON.stringify(cursorOf(next))}}\n`,
  };
}
