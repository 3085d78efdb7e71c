import { changeUser } from "../../features/access/change-user.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./revoke.ts";

export const handler: Handler<typeof spec> = (context, { args }) =>
  changeUser(context, args.user, "can no longer log in, and all of their tokens are invalid", (client, id) =>
    client.revokeUser(id),
  );
