import { type SQL, sql } from "drizzle-orm";

/** Words as a list of SQL, for the CHECK of a column that takes these and no others. */
export const words = (list: readonly string[]): SQL => sql.raw(list.map((word) => `'${word}'`).join(", "));
