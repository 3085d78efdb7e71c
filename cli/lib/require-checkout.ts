import { defineError } from "../../platform/errors/define-error.ts";
import { INSTALLED } from "../../platform/package-folder.ts";

const checkoutNeeded = defineError("NSK-CHECKOUT-NEEDED", {
  exitCode: 10,
  sentence: ({ command }: { readonly command: string }) => `\`${command}\` works in a checkout only.`,
  detail: () => "This is an installed package: it has no history, and nothing of it is to be changed.",
  suggestion: () => "Clone the repository, and call it there.",
});

/**
 * For commands that read or change what is shipped.
 * @param command as people call it, e.g. "nasiko images lock"
 * @throws NSK-CHECKOUT-NEEDED in an installed package
 */
export function requireCheckout(command: string): void {
  if (INSTALLED) throw checkoutNeeded({ command });
}
