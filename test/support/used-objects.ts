import { env } from "cloudflare:workers";

/** A Durable Object by its id as text: stubs belong to the object or request that made them. */
interface UsedObject {
  readonly namespace: DurableObjectNamespace;
  readonly id: string;
}

const used = new Map<string, UsedObject>();

/** Notes which objects are asked for, whatever the namespace: all have the same prototype. */
const watch = (prototype: DurableObjectNamespace): void => {
  const { get, getByName } = prototype;
  const note = (namespace: DurableObjectNamespace, stub: DurableObjectStub): DurableObjectStub => {
    const id = String(stub.id);
    used.set(id, { namespace, id });
    return stub;
  };
  prototype.get = function (...args) {
    return note(this, get.apply(this, args));
  };
  prototype.getByName = function (...args) {
    return note(this, getByName.apply(this, args));
  };
};
watch(Object.getPrototypeOf(env.GATES));

/** A stub for each Durable Object that was asked for since the last call. */
export const takeUsedObjects = (): readonly DurableObjectStub[] => {
  const stubs = [...used.values()].map(({ namespace, id }) => namespace.get(namespace.idFromString(id)));
  used.clear();
  return stubs;
};
