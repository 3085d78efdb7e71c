import { containerRule, WHEN_STRICT } from "./rule.ts";

/** Built here under a tag that is made from the content: as fixed as a digest. */
const CONTENT_TAG = /^nasiko\/[a-z0-9-]+:[0-9a-f]{16,}$/;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Where a container's program comes from. */
export const IMAGE_RULES = [
  containerRule({
    id: "C25",
    title: "Image fixed by digest or content hash",
    source: "CIS 4.2, 5.28, DS-0001",
    levels: WHEN_STRICT,
    adapted: "an image that is built here is fixed by the hash of its content in its tag",
    check: ({ image }) => {
      if (CONTENT_TAG.test(image) || DIGEST.test(image)) return [];
      return image.endsWith(":latest") || !image.includes(":", image.lastIndexOf("/") + 1)
        ? [`runs ${image}: whatever is newest`]
        : [`runs ${image}, which names no digest`];
    },
  }),
];
