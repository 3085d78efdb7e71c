import type { Settings } from "../settings/settings.ts";
import { defineService } from "./define-service.ts";
import { derived, type EnvValue, text, type Template } from "./env-value.ts";
import { MONGODB, mongoUrl } from "./mongodb.ts";
import { mongoPassword } from "./platform-settings.ts";
import { platformImage, type ServiceSpec } from "./service-spec.ts";

/** A service's own user of MongoDB, which sees nothing but the service's own collections. */
interface Account {
  readonly user: string;
  readonly database: (settings: Settings) => string;
  readonly collections: readonly string[];
}

/** By service. A collection that a service needs and that is not here, it cannot make. */
const ACCOUNTS = {
  "nasiko-auth-service": {
    user: "nasiko-auth",
    database: ({ mongoDatabase }) => mongoDatabase,
    collections: ["auth_users", "auth_agents", "auth_audit"],
  },
  "nasiko-backend": {
    user: "nasiko-backend",
    database: ({ mongoDatabase }) => mongoDatabase,
    collections: ["uploads", "registry"],
  },
  "nasiko-chat-history": {
    user: "nasiko-chat-history",
    database: ({ mongoChatDatabase }) => mongoChatDatabase,
    collections: ["chat_sessions", "chat_messages"],
  },
} as const satisfies Readonly<Record<string, Account>>;

type Owner = keyof typeof ACCOUNTS;

/** The stand-in for MongoDB knows one user, who may do everything; see offline/stand-ins/mongo/README.md. */
const hasAccounts = ({ publicImages }: Settings): boolean => publicImages !== "offline";

/** Made from the administrator's: no other secret has to be kept, and from it nobody finds the administrator's. */
const passwordOf = (settings: Settings, user: string): ReturnType<typeof derived> =>
  derived(mongoPassword(settings), `mongodb:${user}`);

export interface MongoLogin {
  readonly user: string;
  readonly password: EnvValue;
}

/** What a service logs in with. */
export function mongoLogin(settings: Settings, service: Owner): MongoLogin {
  if (!hasAccounts(settings)) return { user: settings.mongoRootUser, password: mongoPassword(settings) };
  const { user } = ACCOUNTS[service];
  return { user, password: passwordOf(settings, user) };
}

/** The same as a URL. */
export function mongoUrlOf(settings: Settings, service: Owner): Template {
  if (!hasAccounts(settings)) return mongoUrl(settings);
  const { user } = ACCOUNTS[service];
  return text`mongodb://${user}:${passwordOf(settings, user)}@${MONGODB.address}/?authSource=admin`;
}

const JOB = "mongodb-accounts";

/** What a service that keeps data in MongoDB waits for. */
export const needsMongo = (settings: Settings): Readonly<Record<string, "healthy" | "completed">> => ({
  [MONGODB.host]: "healthy",
  ...(hasAccounts(settings) ? { [JOB]: "completed" } : {}),
});

/** `MONGO_PASSWORD_NASIKO_AUTH` */
const passwordVariable = (user: string): string =>
  `MONGO_PASSWORD_${user.toUpperCase().replaceAll("-", "_")}`;

/** The only one besides MongoDB itself that has the administrator's password. */
export const mongodbAccounts = defineService<ServiceSpec | undefined>(({ settings }) =>
  hasAccounts(settings) ? accountsJob(settings) : undefined,
);

const accountsJob = (settings: Settings): ServiceSpec => ({
  kind: "job",
  name: JOB,
  summary: "Makes each service's own user of MongoDB, with rights on its own collections",
  layer: "data",
  image: platformImage("nasiko-backend"),
  command: ["node", "mongo-accounts.mjs"],
  networks: ["data"],
  env: {
    MONGO_URL: mongoUrl(settings),
    MONGO_ACCOUNTS: JSON.stringify(
      Object.values(ACCOUNTS).map(({ user, database, collections }) => ({
        user,
        password: passwordVariable(user),
        database: database(settings),
        collections,
      })),
    ),
    ...Object.fromEntries(
      Object.values(ACCOUNTS).map(({ user }) => [passwordVariable(user), passwordOf(settings, user)]),
    ),
  },
  dependsOn: { [MONGODB.host]: "healthy" },
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "128MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
});
