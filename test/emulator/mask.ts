/**
 * Masks a secret as Sequin does. Replaces all of up to 5 characters with asterisks. Of 6 to 9 characters, keeps the first
 * and the last; of 10 or more, the first three and the last. The rest becomes as many asterisks, at most 20.
 */
export function mask(secret: string): string {
  if (secret.length <= 5) {
    return '*'.repeat(secret.length);
  }
  const start = secret.length <= 9 ? 1 : 3;
  return `${secret.slice(0, start)}${'*'.repeat(Math.min(secret.length - start - 1, 20))}${secret.slice(-1)}`;
}
