/** What is wrong with a build context. */
export type ContextFault =
  | {
      /** "changed": it became something else while it was read; "unsupported": no image can hold it. */
      readonly kind: "unreadable" | "changed" | "unsupported";
      /** Path on this machine of the file in question. */
      readonly path: string;
      /** Completes a sentence about the file, e.g. "permission denied", "vanished", "it is a socket". */
      readonly reason: string;
    }
  | {
      readonly kind: "too-large";
      /** Path on this machine. */
      readonly folder: string;
      /** The file with which the limit was passed, relative to the folder. */
      readonly path: string;
      /** Of that file, in bytes. */
      readonly size: number;
      /** In bytes. */
      readonly limit: number;
    };

const CODES = {
  unreadable: "NSK-CONTEXT-UNREADABLE",
  changed: "NSK-CONTEXT-CHANGED",
  unsupported: "NSK-CONTEXT-UNSUPPORTED",
  "too-large": "NSK-CONTEXT-TOO-LARGE",
} as const satisfies Readonly<Record<ContextFault["kind"], string>>;

/** A build context that cannot be read as it is. */
export class ContextError extends Error {
  override readonly name = "ContextError";
  readonly code: (typeof CODES)[ContextFault["kind"]];
  readonly fault: ContextFault;

  constructor(fault: ContextFault, cause?: unknown) {
    super(sentenceOf(fault), { cause });
    this.code = CODES[fault.kind];
    this.fault = fault;
  }
}

function sentenceOf(fault: ContextFault): string {
  switch (fault.kind) {
    case "unreadable":
      return `${fault.path} cannot be read for the image build: ${fault.reason}.`;
    case "changed":
      return `${fault.path} ${fault.reason} while it was read for the image build.`;
    case "unsupported":
      return `${fault.path} cannot be part of an image: ${fault.reason}.`;
    case "too-large":
      return `${fault.folder} is too large for the image build: more than ${fault.limit} bytes.`;
  }
}
