import type { Page } from '@playwright/test';

/** Reads the opaque colors on the canvas of the chart as `#rrggbb`. */
export function readCanvasColors(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const canvas = document.querySelector('canvas');
    const { width, height } = canvas;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const colors = new Set();
    for (let offset = 0; offset < data.length; offset += 4) {
      if (data[offset + 3] === 255) {
        colors.add('#' + [0, 1, 2].map((channel) => data[offset + channel].toString(16).padStart(2, '0')).join(''));
      }
    }
    return [...colors];
  })()`);
}
