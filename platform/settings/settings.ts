import { z } from "zod";

import { AGENT_SETTINGS } from "./agents.ts";
import { defineSetting } from "./define-setting.ts";
import { GATEWAY_SETTINGS } from "./gateway.ts";
import { IMAGE_SETTINGS } from "./images.ts";
import { MODEL_SETTINGS } from "./models.ts";
import { PLATFORM_SETTINGS } from "./platform.ts";
import { PORT_SETTINGS } from "./ports.ts";
import { SELECTION_SETTINGS } from "./selection.ts";
import { TELEMETRY_SETTINGS } from "./telemetry.ts";
import { UPLOAD_SETTINGS } from "./uploads.ts";
import {
  absolutePath,
  agentSecrets,
  dockerApi,
  dockerName,
  flag,
  host,
  interval,
  keptVolumes,
  lifetime,
  size,
  wholeNumber,
} from "./schemas.ts";

/** Who may use the platform: anybody with a token of any kind, or users with credentials. */
export const AUTH_MODES = ["simple", "enterprise"] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** How strict the security rules are with a stack: a laptop forgives more than what others rely on. */
export const STRICTNESSES = ["relaxed", "strict"] as const;
export type Strictness = (typeof STRICTNESSES)[number];

/**
 * Every setting of the platform. Validation, `.env.local.example`, the documents and the messages are made from
 * this table; nothing else reads the environment.
 */
export const SETTINGS = {
  home: defineSetting({
    env: "NASIKO_HOME",
    stackConfig: false,
    schema: absolutePath.optional(),
    default: undefined,
    allowed: "an absolute path",
    help: "Folder of state, passphrase and logs; outside the checkout, so that cleaning it costs nobody a database password",
  }),
  configFile: defineSetting({
    env: "NASIKO_CONFIG_FILE",
    stackConfig: false,
    schema: z.string().min(1).optional(),
    default: undefined,
    allowed: "the path of a file with KEY=value lines",
    help: "Env file that goes before all others; the same as --config",
  }),
  caCerts: defineSetting({
    env: "NASIKO_CA_CERTS",
    stackConfig: false,
    schema: z.string().min(1).optional(),
    default: undefined,
    allowed: "a folder with .crt files",
    help: "Extra certificate authorities for the base images that are built here (default: the host's own extra ones)",
  }),
  authMode: defineSetting({
    env: "AUTH_MODE",
    stackConfig: true,
    schema: z.enum(AUTH_MODES),
    default: "simple",
    allowed: AUTH_MODES.join(" or "),
    help: "Who may use the platform; simple: one default user, no authentication service; enterprise: users with credentials, checked at the gateway",
    unanimous: true,
  }),
  strictness: defineSetting({
    env: "NASIKO_STRICTNESS",
    stackConfig: true,
    schema: z.enum(STRICTNESSES).optional(),
    default: undefined,
    allowed: STRICTNESSES.join(" or "),
    help: "How strict the security rules are: relaxed advises where strict refuses (default: strict in mode enterprise, else relaxed)",
  }),
  jwtSecret: defineSetting({
    env: "JWT_SECRET",
    stackConfig: true,
    schema: z.string().optional(),
    default: undefined,
    allowed: "at least 20 characters that nobody can guess",
    help: "Signs the tokens of mode enterprise (default: generated with the stack)",
    secret: true,
    generated: true,
  }),
  tokenLifetime: defineSetting({
    env: "NASIKO_TOKEN_LIFETIME",
    stackConfig: true,
    schema: lifetime,
    default: "12h",
    allowed: "a time span from 1m to 168h, e.g. 30m or 12h",
    help: "How long a token of mode enterprise is valid",
  }),
  running: defineSetting({
    env: "NASIKO_RUNNING",
    stackConfig: true,
    schema: flag,
    default: "true",
    allowed: "true or false",
    help: "false declares volumes and secrets only: containers and networks go, data stays",
  }),
  agentSecrets: defineSetting({
    env: "NASIKO_AGENT_SECRETS",
    stackConfig: true,
    schema: agentSecrets,
    default: "{}",
    secret: true,
    allowed: "a JSON object: agent to variable to value",
    help: "Secrets of agents, better set with: nasiko agent secret set",
  }),
  contextLimit: defineSetting({
    env: "NASIKO_CONTEXT_LIMIT",
    stackConfig: true,
    schema: size,
    default: "1GB",
    allowed: "a size from 1MB on, e.g. 500MB or 4GB",
    help: "The largest build context: a folder above it usually holds what belongs into .dockerignore",
  }),
  dockerNetwork: defineSetting({
    env: "DOCKER_NETWORK",
    stackConfig: true,
    schema: dockerName.optional(),
    default: undefined,
    allowed: "a Docker network name: letters, digits, '.', '_', '-'",
    help: "Name of the application network (default: nasiko-network, or nasiko-<stack>-network for other stacks)",
  }),
  dockerApi: defineSetting({
    env: "NASIKO_DOCKER_API",
    stackConfig: true,
    schema: dockerApi,
    default: "1.41",
    allowed: "a Docker API version from 1.41 on",
    help: "Newest Docker API version whose features may be planned; from 1.44 on what starts slowly is probed every second until it is healthy. It does not say which version is spoken: that is negotiated",
  }),
  dockerSocket: defineSetting({
    env: "NASIKO_DOCKER_SOCKET",
    stackConfig: true,
    schema: absolutePath,
    default: "/var/run/docker.sock",
    allowed: "an absolute path on the engine's machine",
    help: "The engine's socket on its own machine, as the filtering proxies mount it (default: that of the engine in use, which `local up` keeps for the stack)",
  }),
  healthInterval: defineSetting({
    env: "NASIKO_HEALTH_INTERVAL",
    stackConfig: true,
    schema: z.union([interval, z.undefined()]),
    default: undefined,
    allowed: "a time span from 1s on, e.g. 10s or 1m",
    help: "How often Docker checks the health of each container (default: 10s)",
  }),
  volumes: defineSetting({
    env: "NASIKO_VOLUMES",
    stackConfig: true,
    schema: keptVolumes,
    default: "all",
    allowed: "all, none, or short names of volumes with commas between",
    help: "Volumes that stay declared although nothing mounts them; one that is left out is deleted with its data. Where nobody sets it, `nasiko` names those that the stack has",
  }),
  protectData: defineSetting({
    env: "NASIKO_PROTECT_DATA",
    stackConfig: true,
    schema: flag,
    default: "false",
    allowed: "true or false",
    help: "true protects volumes and secrets: only down --volumes with the stack's name typed, or --yes --force, deletes them",
  }),
  engineHost: defineSetting({
    env: "NASIKO_ENGINE_HOST",
    stackConfig: true,
    schema: host,
    default: "127.0.0.1",
    allowed: "an IP address or host name",
    help: "Where published ports are reached from here",
  }),
  portOffset: defineSetting({
    env: "NASIKO_PORT_OFFSET",
    stackConfig: true,
    schema: wholeNumber,
    default: "0",
    allowed: "a whole number",
    help: "Moves every default host port by this much, so that a second stack needs one setting; a port that is set stays where it is",
  }),
  ...AGENT_SETTINGS,
  ...SELECTION_SETTINGS,
  ...IMAGE_SETTINGS,
  ...GATEWAY_SETTINGS,
  ...PORT_SETTINGS,
  ...PLATFORM_SETTINGS,
  ...TELEMETRY_SETTINGS,
  ...UPLOAD_SETTINGS,
  ...MODEL_SETTINGS,
} as const;

export type SettingName = keyof typeof SETTINGS;

/** The validated settings of one stack. */
export type Settings = {
  readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]["schema"]>;
} & {
  /** Name of the stack, e.g. "local". */
  readonly stack: string;
  /** Platform of the images that are built, e.g. "linux/amd64": the architecture of this machine. */
  readonly platform: string;
};
