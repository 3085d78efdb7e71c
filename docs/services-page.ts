import { type OfflineImage, readOfflineImages } from "../platform/images/offline-images.ts";
import { describeSubstitute, substituteFor } from "../platform/images/substitute.ts";
import { packageFolder } from "../platform/package-folder.ts";
import { resolveSettings } from "../platform/settings/resolve.ts";
import { catalogue } from "../platform/services/catalogue.ts";
import { PROFILES } from "../platform/settings/profiles.ts";
import type { ImageRef, PortSpec, ServiceSpec } from "../platform/services/service-spec.ts";

/** `docs/SERVICES.md`: the catalogue as a page, made from the same data as the containers. */
export function servicesPage(): string {
  const services = catalogue(defaultSettings());
  const inProfiles = services.filter(({ optional, modes }) => optional !== true && modes === undefined);
  const enterpriseOnly = services.filter(({ modes }) => modes !== undefined);
  return [
    "# Services",
    "",
    "<!-- Made from platform/services by `npm run docs`. -->",
    "",
    `${count(inProfiles, "service")} services and ${count(inProfiles, "job")} jobs that run once, in four profiles; all of them unless`,
    "somebody chooses. What a service needs comes along by itself. Mode `enterprise` has",
    `${count(enterpriseOnly, "service")} services and ${count(enterpriseOnly, "job")} job more.`,
    "",
    "```sh",
    "./nasiko services                                  # what is on, as a table or with --json",
    "./nasiko local up kong mongodb nasiko-backend      # these and what they need",
    "./nasiko local up --profile core                   # one profile",
    "./nasiko local up --without n8n                    # all but one",
    "```",
    "",
    "Memory is the limit of the container, not what it uses. Ports are those on this machine, on 127.0.0.1 only; one in",
    "brackets is published when its setting is set. The last column says what runs where no image registry can be",
    "reached: the same program of the same version from packages, another version of it (an older or newer build, with",
    "the version), or a stand-in: another program that answers what the platform asks. Each `image.json` below",
    "`offline/` says why. Whatever is not the real one is marked in `status` and `images list`, a stand-in in its label",
    "as well. The platform's own images have no other form.",
    ...PROFILES.flatMap((profile) =>
      section(
        `Profile \`${profile}\``,
        inProfiles.filter((spec) => (spec.profile ?? "core") === profile),
        services,
      ),
    ),
    ...section("In mode `enterprise` only", enterpriseOnly, services),
    ...section(
      "Optional: by name only",
      services.filter(({ optional }) => optional === true),
      services,
    ),
    "",
  ].join("\n");
}

function section(
  title: string,
  members: readonly ServiceSpec[],
  services: readonly ServiceSpec[],
): readonly string[] {
  return [
    "",
    `## ${title}`,
    "",
    "| service | what it is for | needed by | memory | ports | image | without a registry |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...members.map((spec) => `| ${cells(spec, services).join(" | ")} |`),
  ];
}

function cells(spec: ServiceSpec, services: readonly ServiceSpec[]): readonly string[] {
  const neededBy = services.filter(({ dependsOn = {} }) => spec.name in dependsOn);
  return [
    `\`${spec.name}\`${spec.kind === "job" ? " (job)" : ""}`,
    spec.summary,
    neededBy.map(({ name }) => name).join(", "),
    spec.memory,
    (spec.ports ?? []).map(portCell).join(", "),
    imageCell(spec.image),
    equivalent(spec.image),
  ];
}

const portCell = ({ host, internal, setting }: PortSpec): string =>
  host === undefined ? `[${internal}: \`${setting}\`]` : String(host);

const imageCell = (image: ImageRef): string =>
  image.kind === "public" ? `\`${image.name}:${image.tag}\`` : `\`${image.name}\``;

function equivalent(image: ImageRef): string {
  if (image.kind === "platform") return "the platform's own";
  const offline = offlineImages().find(({ of }) => of === image.name);
  if (offline === undefined) return "none";
  const substitute = substituteFor(offline, image.tag);
  return substitute === undefined ? "the real one" : `**${describeSubstitute(substitute)}**`;
}

const offlineImages = (): readonly OfflineImage[] => readOfflineImages(packageFolder());

const count = (services: readonly ServiceSpec[], kind: ServiceSpec["kind"]): number =>
  services.filter((spec) => spec.kind === kind).length;

function defaultSettings(): Parameters<typeof catalogue>[0] {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig: {} });
  if (!result.ok) throw new Error("the defaults of the settings contradict each other");
  return result.resolved.settings;
}
