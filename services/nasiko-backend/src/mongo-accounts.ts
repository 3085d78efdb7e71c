import { MongoClient } from "mongodb";
import { z } from "zod";
import { causeOf } from "../../lib/cause.ts";
import { jsonLog } from "../../lib/log.ts";
import { ensureAccount } from "./accounts.ts";

/** Milliseconds within which a MongoDB that is healthy answers. */
const PATIENCE = 15_000;

const Accounts = z.array(
  z.object({
    user: z.string().min(1),
    /** Variable that holds it. */
    password: z.string().min(1),
    database: z.string().min(1),
    collections: z.array(z.string().min(1)).min(1),
  }),
);

const { MONGO_URL, MONGO_ACCOUNTS } = z
  .object({ MONGO_URL: z.string().min(1), MONGO_ACCOUNTS: z.string() })
  .parse(process.env);

const client = new MongoClient(MONGO_URL, {
  serverSelectionTimeoutMS: PATIENCE,
  connectTimeoutMS: PATIENCE,
  appName: "mongodb-accounts",
});
try {
  await client.connect();
  for (const account of Accounts.parse(JSON.parse(MONGO_ACCOUNTS))) {
    const password = z.string().min(16).parse(process.env[account.password]);
    await ensureAccount(client.db("admin"), { ...account, password });
    jsonLog("info", "account of a service", { user: account.user, database: account.database });
  }
} catch (error) {
  jsonLog("error", "accounts of services cannot be made", { error: causeOf(error) });
  process.exitCode = 1;
} finally {
  await client.close();
}
