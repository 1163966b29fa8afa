import type { Entity } from "../records/entity.ts";

/** How many paths are removed at once: D1 takes 32 arguments per function. */
const PATHS = 31;

/** An element of a list as JSON. */
const ELEMENT = "iif(type in ('object', 'array'), value, json_quote(value))";

/** The paths of the fields that both images have alike; one that no image has for every other field. */
const alike = (fields: readonly string[], image: string, other: string): string =>
  fields.map((name) => `iif(${image} -> '$.${name}' is ${other} -> '$.${name}', '$.${name}', '$."~"')`).join(", ");

/** Of a list of records, those that the other list does not have; other values as they are. */
const elementsOf = (rest: string, name: string, image: string, other: string): string => {
  const path = `'$.${name}'`;
  const list = `select json_group_array(json(e.element)) from (select ${ELEMENT} as element from json_each(${image}, ${path})
    except select ${ELEMENT} from json_each(${other}, ${path})) e`;
  const areLists = `json_type(${rest}, ${path}) = 'array' and json_type(${other}, ${path}) = 'array'
    and 'object' in (json_type(${image}, ${path} || '[0]'), json_type(${other}, ${path} || '[0]'))`;
  return `iif(${areLists}, json_replace(${rest}, ${path}, json((${list}))), ${rest})`;
};

/**
 * SQL for what of an image differs from the other one: the fields with another value, and of lists of records those that the
 * other list does not have. The whole image where there is no other. It reads no row, but for lists that differ.
 * @param image the name of a column with the image, or with the other one; both are JSON objects with the entity's fields
 */
export const changedFields = ({ imageFields, imageLists }: Entity, image: string, other: string): string => {
  let rest = image;
  for (let from = 0; from < imageFields.length; from += PATHS)
    rest = `json_remove(${rest}, ${alike(imageFields.slice(from, from + PATHS), image, other)})`;
  for (const name of imageLists) rest = elementsOf(rest, name, image, other);
  return `iif(${image} is null or ${other} is null, ${image}, ${rest})`;
};
