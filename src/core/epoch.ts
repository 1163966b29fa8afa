/**
 * The epoch of a database tells it from the one that stood in its place before a restore: ids, sessions and bookmarks that
 * were given since the backup come again, and mean something else.
 */

/** The epoch of every new database, and of all that was made before epochs were written down. */
export const FIRST_EPOCH = "1";

/** The name of something outside of the database that knows about one epoch only. In the first epoch it is the plain name. */
export const nameIn = (epoch: string, name: string): string => (epoch === FIRST_EPOCH ? name : `${name}@${epoch}`);
