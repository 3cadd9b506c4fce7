/** Figures as people in India read them. */

const COUNT = new Intl.NumberFormat("en-IN");
const SHARE = new Intl.NumberFormat("en-IN", {
  style: "percent",
  maximumFractionDigits: 1,
  minimumFractionDigits: 1,
});

/** 1234567 as 12,34,567. */
export function formatCount(n: number): string {
  return COUNT.format(n);
}

/** Seconds as hours:minutes:seconds, h:mm:ss. */
export function formatTalk(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${COUNT.format(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A share in percent with one decimal; null where there is nothing to share. */
export function formatShare(part: number, whole: number): string | null {
  return whole === 0 ? null : SHARE.format(part / whole);
}

/** A length as people say it: "45 s", "3 min 20 s". */
export function formatLength(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
