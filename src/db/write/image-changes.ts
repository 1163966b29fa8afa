import { type SQL, sql } from "drizzle-orm";

/** An element of a list as JSON. */
const ELEMENT = sql.raw("iif(type in ('object', 'array'), value, json_quote(value))");

/**
 * What of an image differs from the other one: the fields with another value, and of lists of records those that the other
 * list does not have. The whole image where there is no other. Both are JSON objects with plain names.
 */
export const changedElements = (image: SQL, other: SQL): SQL => {
  const path = sql.raw("'$.' || j.key");
  const list = sql`select json_group_array(json(e.element)) from (select ${ELEMENT} as element from json_each(${image}, ${path})
    except select ${ELEMENT} from json_each(${other}, ${path})) e`;
  const areLists = sql`json_type(${image}, ${path}) = 'array' and json_type(${other}, ${path}) = 'array'
    and 'object' in (json_type(${image}, ${path} || '[0]'), json_type(${other}, ${path} || '[0]'))`;
  const differing = sql`select json_group_object(j.key, json(iif(${areLists}, (${list}), ${image} -> j.key)))
    from json_each(${image}) j where (${image} -> j.key) is not (${other} -> j.key)`;
  return sql`iif(${image} is null or ${other} is null, ${image}, (${differing}))`;
};
