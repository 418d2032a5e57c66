/** Returns a function that creates a value on its first call and returns the same value afterwards. */
export function lazy<T>(create: () => T): () => T {
  let created: { readonly value: T } | undefined;
  return () => (created ??= { value: create() }).value;
}

/** Like {@link lazy}, for a value that is created asynchronously. After a failure, the next call tries again. */
export function lazyAsync<T>(create: () => Promise<T>): () => Promise<T> {
  let creating: Promise<T> | undefined;
  return async () => {
    creating ??= create();
    try {
      return await creating;
    } catch (error) {
      creating = undefined;
      throw error;
    }
  };
}
