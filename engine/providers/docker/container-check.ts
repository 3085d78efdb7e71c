import { UNKNOWN, containsUnknown, type PropertyMap } from "../../core/values.ts";
import type { CheckResult } from "../../core/provider.ts";
import { checkInputs } from "../schema/check.ts";
import { reader } from "../schema/reader.ts";
import { CONTAINER_FIELDS } from "./container-fields.ts";

type Failure = CheckResult["failures"][number];

/** Checks the inputs of a container: each by itself, then those that depend on one another. */
export function checkContainer(news: PropertyMap): CheckResult {
  const { inputs, failures } = checkInputs(CONTAINER_FIELDS, news);
  if (failures.length > 0) return { inputs, failures };
  return {
    inputs,
    failures: [...uploadFailures(inputs), ...volumeFailures(inputs), ...waitFailures(inputs)],
  };
}

function uploadFailures(inputs: PropertyMap): readonly Failure[] {
  return known(inputs, "uploads").flatMap((upload, index) => {
    const given = [upload.text("content"), upload.text("contentBase64")].filter(
      // The official provider takes an empty content for none; a state of ours has to please it, too.
      (content) => content !== undefined && content !== "",
    );
    if (given.length === 1) return [];
    const property = `uploads[${index}]`;
    return [
      { property, reason: `"${property}" needs either content or contentBase64, and not an empty one` },
    ];
  });
}

function volumeFailures(inputs: PropertyMap): readonly Failure[] {
  return known(inputs, "volumes").flatMap((volume, index) => {
    const path = volume.text("containerPath") !== undefined;
    if (path !== (volume.text("fromContainer") !== undefined)) return [];
    const property = `volumes[${index}]`;
    return [{ property, reason: `"${property}" needs either containerPath or fromContainer` }];
  });
}

function waitFailures(inputs: PropertyMap): readonly Failure[] {
  if (inputs["wait"] !== true || inputs["attach"] !== true) return [];
  return [{ property: "wait", reason: '"wait" and "attach" exclude each other: health or the end' }];
}

/** The blocks of a list, once all of it is known. */
function known(inputs: PropertyMap, name: string): ReturnType<ReturnType<typeof reader>["blocks"]> {
  const value = inputs[name];
  return value === undefined || value === UNKNOWN || containsUnknown(value)
    ? []
    : reader(inputs).blocks(name);
}
