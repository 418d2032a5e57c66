/** Values of environment variables, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The value of a variable. Ignores what every object inherits, such as `constructor`. */
export function getVariable(variables: Variables, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}
