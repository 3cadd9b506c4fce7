/** Something about a configuration that its author should know before visitors see it. */
export interface Finding {
  /** Errors are not published. */
  readonly severity: "error" | "warning";
  readonly rule: string;
  /** RFC 6901, within the document. */
  readonly pointer: string;
  readonly reason: string;
  readonly suggestion: string;
}

type Told = Omit<Finding, "severity" | "pointer"> & { readonly at: readonly (string | number)[] };

export function error({ at, ...told }: Told): Finding {
  return { severity: "error", pointer: pointerTo(at), ...told };
}

export function warning({ at, ...told }: Told): Finding {
  return { severity: "warning", pointer: pointerTo(at), ...told };
}

function pointerTo(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
