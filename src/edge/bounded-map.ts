/** A map with text keys that holds at most `max` items. When it is full, the item that was set first is dropped. */
export class BoundedMap<V> {
  readonly #items = new Map<string, V>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string): V | undefined {
    return this.#items.get(key);
  }

  set(key: string, value: V): void {
    this.#items.delete(key);
    this.#items.set(key, value);
    const [oldest] = this.#items.size > this.#max ? this.#items.keys() : [];
    if (oldest !== undefined) this.#items.delete(oldest);
  }

  delete(key: string): void {
    this.#items.delete(key);
  }
}
