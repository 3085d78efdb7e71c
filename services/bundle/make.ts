/** `node services/bundle/make.ts` makes the bundles that are not current, e.g. before the package is packed. */
import { join } from "node:path";

import { bundleImages } from "./bundle.ts";

const made = bundleImages(join(import.meta.dirname, "../.."));
process.stdout.write(made.length === 0 ? "All bundles are current.\n" : `${made.join("\n")}\n`);
