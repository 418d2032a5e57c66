/** Values of environment variables, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Returns the value of a variable. Ignores properties that every object inherits, such as `constructor`. */
export function getVariable(variables: Variables, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}
