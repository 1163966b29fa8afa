/**
 * The version of the messages between the Worker and its Durable Objects, which a release may replace at different moments.
 * Each method takes it last. Raise it when a message or an answer changes its meaning; a field that may be left out is not one.
 */
export const PROTOCOL = 1;

/** The version of messages that name none: those of releases before versions. */
export const UNNAMED = 0;

/**
 * Lets in what this release understands: its own version and the ones before, to which methods give what they lack.
 * Throws for a later one, so that its sender takes the object for unreachable until this release has left.
 */
export const requireKnown = (version: number): void => {
  if (!Number.isInteger(version) || version < UNNAMED || version > PROTOCOL) throw new Error(`message of version ${version}`);
};
