/**
 * Remembers what was made for an object, for as long as the object lives. For what depends on nothing else: definitions that are read
 * at start, an identity that comes with every request.
 */
export function keptFor<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const kept = new WeakMap<Key, Value>();
  return (key) => {
    let value = kept.get(key);
    if (value === undefined) {
      value = make(key);
      kept.set(key, value);
    }
    return value;
  };
}
