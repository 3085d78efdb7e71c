import type { Db } from "mongodb";
import { record } from "./accounts/audit.ts";
import { addUser, changeUser, findUser, type UserDocument } from "./accounts/users.ts";
import { hashSecret, isOutdated, secretMatches } from "./credentials.ts";
import type { SuperuserSettings } from "./settings.ts";

/**
 * Makes the super user as the settings say, whatever was there: the credentials in the stack's output are always
 * the right ones.
 */
export async function ensureSuperuser(db: Db, wanted: SuperuserSettings): Promise<UserDocument> {
  const { username, email, accessKey, accessSecret } = wanted;
  const known = (await findUser(db, { access_key: accessKey })) ?? (await findUser(db, { username }));
  if (known !== null && (await isAsWanted(known, wanted))) return known;
  const fields = {
    is_super_user: true,
    access_key: accessKey,
    secret_hash: hashSecret(accessSecret),
    of_stack: true,
  };
  const user =
    known === null
      ? await addUser(db, { username, email, organization: "default", ...fields })
      : await changeUser(db, known.user_id, { ...fields, status: "active" });
  if (user === undefined) throw new Error(`the super user cannot be made: ${email} belongs to somebody else`);
  const action = known === null ? "user.register" : "user.regenerate";
  await record(db, {
    actor: "stack",
    action,
    target: user.user_id,
    detail: { username, is_super_user: true },
  });
  return user;
}

async function isAsWanted(
  user: UserDocument,
  { accessKey, accessSecret }: SuperuserSettings,
): Promise<boolean> {
  return (
    user.access_key === accessKey &&
    user.status === "active" &&
    user.is_super_user &&
    user.of_stack &&
    !isOutdated(user.secret_hash) &&
    (await secretMatches(accessSecret, user.secret_hash))
  );
}
