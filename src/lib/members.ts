/** Copies an object without some of its members. */
export function omit<T extends object, Key extends keyof T>(object: T, ...keys: readonly Key[]): Omit<T, Key> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key as Key))) as Omit<T, Key>;
}

/** A copy of an object without members that are `null` or `undefined`. */
export function givenMembers<Members extends object>(
  members: Members,
): { [Key in keyof Members]?: NonNullable<Members[Key]> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as { [Key in keyof Members]?: NonNullable<Members[Key]> };
}

/** An object with the member, or an empty one for `null` and `undefined`: responses leave out members without a value. */
export function given<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { [K in Key]?: NonNullable<Value> } {
  return value === undefined || value === null ? {} : ({ [key]: value } as { [K in Key]: NonNullable<Value> });
}
