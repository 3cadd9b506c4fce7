import type { Texts } from "./configuration.ts";
import type { DialogContext } from "./dialog.ts";
import { fill } from "./language.ts";
import type { Recorded } from "./ledger-queue.ts";

/**
 * What the visitor takes home: the receipt of the last choice (`.tlog-proof`) and the record with
 * its salt, which together prove the choice to anybody. Who only refused is not recognised on the
 * next page, so there it is offered until this page closes.
 * @param element is filled
 * @returns what shows the newest state
 */
export function createReceipt(context: DialogContext, texts: Texts, element: HTMLElement): () => void {
  const { host, site, request } = context;
  const { h } = context.kit;
  const left = context.state.notCleared;
  const show = (id: string, state: string, ...links: HTMLElement[]) => {
    element.replaceChildren(
      h("h3", {}, texts.record_heading),
      h("p", {}, state),
      ...(left.length ? [h("p", {}, fill(texts.not_cleared ?? "", { names: left.join(", ") }))] : []),
      h("p", { class: "id" }, `${texts.record_id}: `, h("code", {}, id)),
      h("p", { class: "save-links" }, ...links),
    );
  };

  const showRecorded = (recorded: Recorded) => {
    const { index, receipt, consent_id } = recorded;
    const proof = h(
      "a",
      { href: `${host}${receipt}`, download: `consent-${index}.tlog-proof` },
      texts.receipt_save,
    );
    proof.onclick = (event) => {
      event.preventDefault();
      saveProof(proof);
    };
    const record = h("a", { href: "#", download: `consent-${index}.json` }, texts.record_save);
    record.onclick = (event) => {
      event.preventDefault();
      save(record.download, JSON.stringify(recorded, null, 2));
    };
    show(consent_id, fill(texts.record_sent, { index: String(index) }), proof, record);
  };

  /** From another origin `download` is only honoured for bytes that the page has itself. */
  const saveProof = async ({ href, download }: HTMLAnchorElement) => {
    try {
      const response = await request(href, {});
      if (!response.ok) throw new Error(`${response.status}`);
      save(download, await response.text());
    } catch {
      element.append(h("p", { role: "alert" }, texts.unavailable));
    }
  };

  /** The newest record of a visitor who is recognised, asked of the ledger once. */
  const showHistory = async (identity: { readonly id: string; readonly secret: string }) => {
    const url = `${host}/api/v1/consent/${site}/${identity.id}`;
    try {
      const response = await request(url, { headers: { authorization: `Consent ${identity.secret}` } });
      if (!response.ok) throw new Error(`${response.status}`);
      const { history }: { history: Omit<Recorded, "consent_id">[] } = await response.json();
      const newest = history.reduce((a, b) => (b.index > a.index ? b : a));
      showRecorded({ ...newest, consent_id: identity.id });
    } catch {
      show(identity.id, texts.unavailable);
    }
  };

  const refresh = () => {
    const { delivery, identity } = context.state;
    if (delivery?.state === "recorded") showRecorded(delivery.answer);
    else if (delivery?.state === "waiting") show(identity?.id ?? "–", texts.record_waiting);
    else if (delivery?.state === "refused")
      show(identity?.id ?? "–", fill(texts.record_refused, { status: String(delivery.status) }));
    else if (identity) showHistory(identity);
  };

  return refresh;
}

function save(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  // The download has its own hold on the bytes once it began.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
