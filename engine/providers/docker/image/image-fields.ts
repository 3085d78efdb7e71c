import { block, flag, map, refused, text, textLike, updates, type Fields } from "../../schema/fields.ts";

const RELATIVE = textLike(/^(?!\/)/, "relative to the program's folder, as it has to be in every checkout");

const BUILD = block({
  context: { shape: RELATIVE },
  dockerfile: { shape: RELATIVE },
  args: { shape: map(text) },
  target: { shape: text },
  platform: { shape: text },
  network: { shape: text },
  addHosts: { shape: text, refused: "builds resolve names as the engine does" },
  builderVersion: {
    shape: textLike(/^Builder(?:V1|BuildKit)$/, '"BuilderV1", the classic builder, or "BuilderBuildKit"'),
  },
  /** Never an input of the program: `check` puts it there, as the official provider does. */
  contextDigest: { shape: text },
  cacheFrom: { shape: text, refused: "images are built on this machine only" },
});

const WHY = "an image is built again under its tag";

/** Every argument of `docker.Image`; as with the official provider every change is an update. */
export const IMAGE_FIELDS: Fields = {
  build: updates(BUILD, WHY),
  buildOnPreview: updates(flag, "only false is accepted: a preview builds nothing here"),
  imageName: updates(text, "another tag is built, the old one is left", { required: true }),
  registry: refused("images are not pushed by this engine"),
  skipPush: updates(flag, "only true is accepted"),
};
