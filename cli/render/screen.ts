import type { Stream } from "./stream.ts";

/** The lower part of a terminal, written again and again. */
export interface Screen {
  columns(): number;
  rows(): number;
  /** Puts a text where the last one stood. */
  draw(text: string): void;
  /** Puts a line above it, for good. */
  print(line: string): void;
  /** Leaves what was drawn last, and the cursor below it. */
  close(): void;
}

/** Takes a terminal over; the library is loaded here, because most commands draw nothing. */
export async function openScreen(terminal: Stream): Promise<Screen> {
  const { createLogUpdate } = await import("log-update");
  const update = createLogUpdate(terminal);
  let shown = "";
  return {
    columns: () => terminal.columns ?? 80,
    rows: () => terminal.rows ?? 24,
    draw: (text) => {
      shown = text;
      update(text);
    },
    print: (line) => {
      update.clear();
      terminal.write(`${line}\n`);
      update(shown);
    },
    close: () => update.done(),
  };
}
