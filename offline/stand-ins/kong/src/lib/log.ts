/** Severities from loud to quiet, with Kong's names. */
export const LOG_LEVELS = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Log = (level: LogLevel, message: string) => void;

/** Writes what is at least as severe as `most`, one line each. @param write takes one line with its line break */
export function createLog(most: LogLevel, write: (line: string) => void, clock: () => Date): Log {
  const limit = LOG_LEVELS.indexOf(most);
  return (level, message) => {
    if (LOG_LEVELS.indexOf(level) > limit) return;
    const time = clock().toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
    // Text of clients must not start lines of its own.
    write(`${time} [${level}] ${message.replaceAll(/[\r\n]+/g, " ")}\n`);
  };
}
