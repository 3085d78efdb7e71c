/** What a line of the log says besides its message. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line of JSON. */
export type Log = (level: "info" | "warn" | "error", message: string, fields?: Fields) => void;

export const jsonLog: Log = (level, message, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
};
