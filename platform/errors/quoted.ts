/** A word as a shell takes it, for commands to paste: quoted where it holds more than letters, digits and separators. */
export const quoted = (word: string): string =>
  /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
