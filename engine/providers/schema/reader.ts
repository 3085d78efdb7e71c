import { isList, isMap, type PropertyMap, type PropertyValue } from "../../core/values.ts";

/** Typed access to checked properties. A value of another type is our own fault: `check` has refused it before. */
export interface Reader {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  texts(name: string): readonly string[] | undefined;
  textMap(name: string): Readonly<Record<string, string>> | undefined;
  block(name: string): Reader | undefined;
  blocks(name: string): readonly Reader[];
  /** The text, which `check` has made sure is there. */
  requiredText(name: string): string;
  requiredNumber(name: string): number;
}

export function reader(properties: PropertyMap): Reader {
  const get = <T>(
    name: string,
    is: (value: PropertyValue) => value is PropertyValue & T,
    what: string,
  ): T | undefined => {
    const value = properties[name];
    if (value === undefined || value === null) return undefined;
    if (!is(value)) throw new TypeError(`checked property "${name}" is no ${what}`);
    return value;
  };
  const required = <T>(name: string, value: T | undefined): T => {
    if (value === undefined) throw new TypeError(`checked property "${name}" is missing`);
    return value;
  };
  const text = (name: string): string | undefined => get(name, isText, "string");
  const number = (name: string): number | undefined => get(name, isNumber, "number");
  return {
    text,
    number,
    flag: (name) => get(name, isFlag, "boolean"),
    texts: (name) => get(name, isTextList, "list of strings"),
    textMap: (name) => get(name, isTextMap, "map of strings"),
    block: (name) => {
      const value = get(name, isMap, "object");
      return value === undefined ? undefined : reader(value);
    },
    blocks: (name) => (get(name, isMapList, "list of objects") ?? []).map(reader),
    requiredText: (name) => required(name, text(name)),
    requiredNumber: (name) => required(name, number(name)),
  };
}

const isText = (value: PropertyValue): value is string => typeof value === "string";
const isNumber = (value: PropertyValue): value is number => typeof value === "number";
const isFlag = (value: PropertyValue): value is boolean => typeof value === "boolean";
const isTextList = (value: PropertyValue): value is readonly string[] =>
  isList(value) && value.every((item) => typeof item === "string");
const isTextMap = (value: PropertyValue): value is Readonly<Record<string, string>> =>
  isMap(value) && Object.values(value).every((item) => typeof item === "string");
const isMapList = (value: PropertyValue): value is readonly PropertyMap[] =>
  isList(value) && value.every(isMap);
