import { createSignal, For, onMount, Show } from "solid-js";
import { askComing, type ComingPolicy, dayOf, type Recorded, tell } from "./coming-policy.ts";
import "./policy-notice.css";

/** What is announced about policies, until the member says that they read it. It asks for no consent. */
export function PolicyNotices(props: { readonly org: string | null }) {
  const [coming, setComing] = createSignal<readonly ComingPolicy[]>([]);
  onMount(async () => setComing((await askComing(props.org)).filter((one) => one.acknowledged_at === null)));
  return <For each={coming()}>{(one) => <Notice org={props.org} coming={one} />}</For>;
}

function Notice(props: { readonly org: string | null; readonly coming: ComingPolicy }) {
  const [recorded, setRecorded] = createSignal<Recorded | null>(null);
  const [failed, setFailed] = createSignal(false);
  let busy = false;
  onMount(() => {
    if (props.coming.served_at === null) void tell(props.org, props.coming, "served");
  });
  // Not disabled meanwhile: that would take the keyboard's focus away.
  const read = async () => {
    if (busy) return;
    busy = true;
    setFailed(false);
    const answer = await tell(props.org, props.coming, "read");
    setRecorded(answer);
    setFailed(answer === null);
    busy = false;
  };
  return (
    <section class="policy-notice" aria-label={`Coming change: ${props.coming.title}`}>
      <p>
        <strong>
          {props.coming.title} of {props.coming.owner}: a new version takes effect on {dayOf(props.coming)}.
        </strong>{" "}
        {props.coming.reason}
      </p>
      <div class="policy-answer">
        <a href={props.coming.url}>See what changes</a>
        <Show
          when={recorded()}
          fallback={
            <button type="button" class="quiet" onClick={read}>
              I have read this
            </button>
          }
        >
          {(known) => (
            <span role="status" tabindex="-1" ref={(line) => queueMicrotask(() => line.focus())}>
              Noted as <a href={known().receipt}>entry {known().index} of the public log</a>.
            </span>
          )}
        </Show>
        <Show when={failed()}>
          <span role="alert">It could not be noted: nobody answered. Try again.</span>
        </Show>
      </div>
    </section>
  );
}
