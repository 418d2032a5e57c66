/** Masks a secret as Sequin does: the first and last characters stay, and at most 20 asterisks replace the others. */
export function mask(secret: string): string {
  if (secret.length <= 5) {
    return '*'.repeat(secret.length);
  }
  const start = secret.length <= 9 ? 1 : 3;
  return `${secret.slice(0, start)}${'*'.repeat(Math.min(secret.length - start - 1, 20))}${secret.slice(-1)}`;
}
