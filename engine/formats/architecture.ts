/** Docker's names, which are Go's, of what Node calls otherwise. */
const NAMES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", ppc64: "ppc64le" };

/** @param architecture as Node names it @example dockerArchitecture("x64") // "amd64" */
export const dockerArchitecture = (architecture: string): string => NAMES[architecture] ?? architecture;
