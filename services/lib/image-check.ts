/**
 * Ends a program that is only checked, as while its image is built: `--check` proves that everything loads, and that is
 * what Node's compile cache keeps. To be called after everything is imported and before anything is done.
 */
export function endIfOnlyChecked(): void {
  if (process.argv.includes("--check")) process.exit(0);
}
