/** The library's types promise fields that engines leave out or set to null, Podman most of all: here they are empty. */
import type Docker from "dockerode";

/** As the engine really answers. */
type Loose<Whole> = { readonly [Name in keyof Whole]?: Whole[Name] | null };

const asAnswered = <Whole>(whole: Whole): Loose<Whole> => whole;

export function completeInspection(container: Docker.ContainerInspectInfo): Docker.ContainerInspectInfo {
  const { State, Config, HostConfig, NetworkSettings, RestartCount, Mounts } = asAnswered(container);
  const state = State ? asAnswered(State) : {};
  const config = Config ? asAnswered(Config) : {};
  const networks = NetworkSettings ? asAnswered(NetworkSettings) : {};
  return {
    ...container,
    RestartCount: RestartCount ?? 0,
    Mounts: Mounts ?? [],
    HostConfig: HostConfig ?? {},
    Config: { ...container.Config, Labels: config.Labels ?? {}, Env: config.Env ?? [] },
    NetworkSettings: { ...container.NetworkSettings, Networks: networks.Networks ?? {} },
    State: { ...container.State, Error: state.Error ?? "", ...healthOf(state) },
  };
}

/** A container without a health check may have an empty health, and one that was never probed an absent log. */
function healthOf({
  Health,
}: Loose<Docker.ContainerInspectInfo["State"]>): Pick<Docker.ContainerInspectInfo["State"], "Health"> {
  if (Health == null || Health.Status === "") return { Health: undefined };
  const { Log, FailingStreak } = asAnswered(Health);
  return { Health: { ...Health, FailingStreak: FailingStreak ?? 0, Log: Log ?? [] } };
}

export function completeListed(container: Docker.ContainerInfo): Docker.ContainerInfo {
  const { Names, Labels, Ports, Mounts, NetworkSettings } = asAnswered(container);
  return {
    ...container,
    Names: Names ?? [],
    Labels: Labels ?? {},
    Ports: Ports ?? [],
    Mounts: Mounts ?? [],
    NetworkSettings: { ...NetworkSettings, Networks: NetworkSettings?.Networks ?? {} },
  };
}

/** Lists of objects may be null when they are empty. */
export const completeList = <Item>(list: readonly Item[] | null | undefined): readonly Item[] => list ?? [];
