import { defineChecks, type Question } from "./check.ts";
import { agentsIn, asks, atGateway, behind, fieldOf } from "./questions.ts";
import { authMembers, errorsIn } from "./members.ts";

const AGENTS = "/api/v1/registry/user/agents";
const list = (body: unknown): boolean => agentsIn(body) !== undefined;
const anybody = (path: string): Question => ({ path, caller: "anybody" });

/** Rows 1 to 9: one default user, no authentication service, and still no entry without a token. */
export const SIMPLE_ROWS = defineChecks([
  {
    id: "1",
    mode: "simple",
    asked: "GET /api/v1/healthcheck, without an authentication service",
    expected: '200 {"status":"ok"}',
    look: asks(
      { path: "/api/v1/healthcheck", caller: "nobody" },
      behind(200, (body) => fieldOf(body, "status") === "ok"),
    ),
  },
  {
    id: "2",
    mode: "simple",
    asked: `GET ${AGENTS} with any token`,
    expected: "200, all agents",
    look: async ({ ask, members }) => {
      const answer = await ask(anybody(AGENTS));
      const seen = agentsIn(answer.body) ?? [];
      const running = (await members()).filter(({ kind }) => kind === "agent").length;
      return {
        ok: behind(200, list)(answer) && seen.length >= Math.min(1, running),
        came: `${answer.status}, ${seen.length} agents${answer.atGateway ? ", from the gateway" : ""}`,
      };
    },
  },
  {
    id: "3",
    mode: "simple",
    asked: "the same without a token",
    expected: "401 from the backend",
    look: asks({ path: AGENTS, caller: "nobody" }, behind(401)),
  },
  {
    id: "4",
    mode: "simple",
    asked: "the same with an empty token",
    expected: "401 from the backend",
    look: asks({ path: AGENTS, caller: "empty" }, behind(401)),
  },
  {
    id: "5",
    mode: "simple",
    asked: "POST /api/v1/user/register with any token",
    expected: "200, skipped, mode simple",
    look: asks(
      {
        method: "POST",
        ...anybody("/api/v1/user/register"),
        body: { username: "verify", email: "verify@localhost.example" },
      },
      behind(200, (body) => fieldOf(body, "status") === "skipped" && fieldOf(body, "mode") === "simple"),
    ),
  },
  {
    id: "6",
    mode: "simple",
    asked: `GET ${AGENTS}/info with any token`,
    expected: "200, all agents for the one user",
    look: asks(anybody(`${AGENTS}/info`), behind(200, list)),
  },
  {
    id: "7",
    mode: "simple",
    asked: "the list of containers, and the backend's log",
    expected: "no container for authentication; the log says mode simple",
    look: async ({ members, logOf }) => {
      const names = (await members()).map(({ name }) => name);
      const auth = names.filter((name) => authMembers().includes(name));
      const modes = (await logOf("nasiko-backend")).flatMap(modeIn);
      return {
        ok: auth.length === 0 && modes.at(-1) === "simple",
        came: `${auth.length === 0 ? "none" : auth.join(", ")}; mode ${modes.at(-1) ?? "not told"}`,
      };
    },
  },
  {
    id: "8",
    mode: "simple",
    asked: "POST /auth/users/login, GET /auth/user",
    expected: "404, no route",
    look: async ({ ask }) => {
      const login = await ask({ method: "POST", path: "/auth/users/login", caller: "nobody", body: {} });
      const user = await ask(anybody("/auth/user"));
      return {
        ok: atGateway(404)(login) && atGateway(404)(user),
        came: `${login.status}; ${user.status}`,
      };
    },
  },
  {
    id: "9",
    mode: "simple",
    asked: "GET /api/v1/superuser/health, and errors in the backend's log since its start",
    expected: "no registration of users, nobody synchronised, no error",
    look: async ({ ask, logOf }) => {
      const answer = await ask(anybody("/api/v1/superuser/health"));
      const errors = errorsIn(await logOf("nasiko-backend"));
      const registers = fieldOf(answer.body, "user_registration_enabled");
      return {
        ok: behind(200)(answer) && registers === false && errors.length === 0,
        came: `${answer.status}, registration ${String(registers)}; ${errors.length} errors`,
      };
    },
  },
]);

/** The mode that a line of a service's log tells. */
function modeIn(line: string): readonly string[] {
  const mode = /"mode":"([a-z]+)"/.exec(line)?.[1];
  return mode === undefined ? [] : [mode];
}
