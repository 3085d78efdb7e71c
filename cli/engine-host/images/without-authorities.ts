import { Readable } from "node:stream";

import type Docker from "dockerode";
import { pack } from "tar-stream";

import { type DockerClient, UNLIMITED } from "../../../engine/providers/docker/client.ts";
import { followImage } from "./image-stream.ts";
import { AUTHORITIES_LABEL } from "./prepare.ts";

/**
 * Names an image as it is to be published: without the certificate authorities of this machine, which a base that was
 * made here carries in its trust store. Whoever pulls it trusts them not.
 * @param image what was built here
 * @param name repository and tag
 * @returns whether it had any
 */
export async function nameForOthers(
  docker: DockerClient,
  image: string,
  name: { readonly repo: string; readonly tag: string },
  signal: AbortSignal,
): Promise<boolean> {
  const reference = `${name.repo}:${name.tag}`;
  const config = await docker.call(`inspect ${image}`, async (engine) => {
    const { Config } = await engine.getImage(image).inspect();
    // Docker says null where there are no labels.
    const labels = Config.Labels as Readonly<Record<string, string>> | null;
    return { user: Config.User, authorities: labels?.[AUTHORITIES_LABEL] ?? "" };
  });
  if (config.authorities === "") {
    await docker.call(`name ${reference}`, (engine) => engine.getImage(image).tag(name));
    return false;
  }
  const archive = pack();
  archive.entry({ name: "Dockerfile" }, dockerfileWithout(image, config.user));
  archive.finalize();
  const work = async (engine: Docker): Promise<void> => {
    const options = { t: reference, rm: true, forcerm: true, abortSignal: signal };
    const stream = await engine.buildImage(Readable.from(archive, { objectMode: false }), options);
    await followImage(engine, stream, { base: reference, signal, onLine: () => undefined });
  };
  await docker.call(`build ${reference}`, work, UNLIMITED);
  return true;
}

/** The files are those that the recipe of the base writes, and the store is computed anew without them. */
const dockerfileWithout = (image: string, user: string): string =>
  [
    `FROM ${image}`,
    "USER 0:0",
    "RUN rm -f /usr/local/share/ca-certificates/extra-*.crt && update-ca-certificates --fresh",
    `LABEL ${AUTHORITIES_LABEL}=""`,
    `USER ${user === "" ? "0:0" : user}`,
    "",
  ].join("\n");
