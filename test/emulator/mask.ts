/**
 * Masks a secret as Sequin does. Replaces every character of a secret of up to 5 characters. Keeps the last character of
 * a longer one and its first, or its first three if it has more than 9 characters; replaces the rest by at most 20
 * asterisks.
 */
export function mask(secret: string): string {
  if (secret.length <= 5) {
    return '*'.repeat(secret.length);
  }
  const start = secret.length <= 9 ? 1 : 3;
  return `${secret.slice(0, start)}${'*'.repeat(Math.min(secret.length - start - 1, 20))}${secret.slice(-1)}`;
}
