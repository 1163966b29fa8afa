import type { Entity } from "../records/entity.ts";

/** How many paths are removed at once: D1 takes 32 arguments per function. */
const PATHS = 31;

/** An element of a list as JSON. */
const ELEMENT = "iif(type in ('object', 'array'), value, json_quote(value))";

/** The paths of the fields that both images have alike; one that no image has for every other field. */
const alike = (fields: readonly string[], image: string, other: string): string =>
  fields.map((name) => `iif(${image} -> '$.${name}' is ${other} -> '$.${name}', '$.${name}', '$."~"')`).join(", ");

/** A path, and of a list of records those that the other list does not have; of anything else the whole. */
const elementsOf = (name: string, image: string, other: string): string => {
  const path = `'$.${name}'`;
  const [mine, theirs] = [`${image} -> ${path}`, `${other} -> ${path}`];
  const list = `select json_group_array(json(e.element)) from (select ${ELEMENT} as element from json_each(${image}, ${path})
    except select ${ELEMENT} from json_each(${other}, ${path})) e`;
  const areLists = `${mine} is not ${theirs} and json_type(${image}, ${path}) = 'array' and json_type(${other}, ${path}) = 'array'
    and 'object' in (json_type(${image}, ${path} || '[0]'), json_type(${other}, ${path} || '[0]'))`;
  return `${path}, json(iif(${areLists}, (${list}), ${mine}))`;
};

/**
 * SQL for what of an image differs from the other one: the fields with another value, and of lists of records those that the
 * other list does not have. The whole image where there is no other. It reads no row, but for lists that differ.
 * @param image the name of a column with the image, or with the other one; both are JSON objects with the entity's fields
 */
export const changedFields = ({ imageFields, imageLists }: Entity, image: string, other: string): string => {
  let changed = image;
  for (let from = 0; from < imageFields.length; from += PATHS)
    changed = `json_remove(${changed}, ${alike(imageFields.slice(from, from + PATHS), image, other)})`;
  // What is alike is gone by now, and is not replaced.
  if (imageLists.length > 0) changed = `json_replace(${changed}, ${imageLists.map((name) => elementsOf(name, image, other)).join(", ")})`;
  return `iif(${image} is null or ${other} is null, ${image}, ${changed})`;
};
