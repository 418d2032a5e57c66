/**
 * Masks a secret with asterisks, as Sequin does. Masks all characters of a secret of up to 5 characters. A secret of 6
 * to 9 characters keeps its first and last character; a longer one keeps its first three characters and its last one.
 * At most 20 asterisks replace the other characters.
 */
export function mask(secret: string): string {
  if (secret.length <= 5) {
    return '*'.repeat(secret.length);
  }
  const start = secret.length <= 9 ? 1 : 3;
  return `${secret.slice(0, start)}${'*'.repeat(Math.min(secret.length - start - 1, 20))}${secret.slice(-1)}`;
}
