import { join } from "node:path";

import { bundleImages } from "../../services/bundle/bundle.ts";

/** Images of the platform's own services are described and built from their bundles. */
export default function setup(): void {
  bundleImages(join(import.meta.dirname, "../.."));
}
