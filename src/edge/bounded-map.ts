/** The most items that a map holds, and the most that all of them weigh together, each as `weigh` tells. */
interface Bounds<V> {
  readonly items: number;
  readonly weight: number;
  readonly weigh: (value: V) => number;
}

/**
 * A map with text keys within bounds. When it is full, the items that were set first are dropped; one that is too heavy
 * by itself is not kept.
 */
export class BoundedMap<V> {
  readonly #items = new Map<string, V>();
  readonly #bounds: Bounds<V>;
  #weight = 0;

  constructor(bounds: number | Bounds<V>) {
    this.#bounds = typeof bounds === "number" ? { items: bounds, weight: 0, weigh: () => 0 } : bounds;
  }

  get(key: string): V | undefined {
    return this.#items.get(key);
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.#items.set(key, value);
    this.#weight += this.#bounds.weigh(value);
    for (const [oldest] of this.#items) {
      if (this.#items.size <= this.#bounds.items && this.#weight <= this.#bounds.weight) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const value = this.#items.get(key);
    if (value !== undefined) this.#weight -= this.#bounds.weigh(value);
    this.#items.delete(key);
  }
}
