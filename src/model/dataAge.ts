/** Data that is older is shown with its age, in milliseconds. */
export const maxUnmarkedAgeMs = 30_000;
