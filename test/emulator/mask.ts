/**
 * Masks a secret as Sequin does: the last character and the first one or, of more than 9 characters, the first three
 * stay. At most 20 asterisks replace the others. Of a secret of up to 5 characters, only the length stays.
 */
export function mask(secret: string): string {
  if (secret.length <= 5) {
    return '*'.repeat(secret.length);
  }
  const start = secret.length <= 9 ? 1 : 3;
  return `${secret.slice(0, start)}${'*'.repeat(Math.min(secret.length - start - 1, 20))}${secret.slice(-1)}`;
}
