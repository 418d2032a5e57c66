import { readFile, writeFile } from 'node:fs/promises';
import { launchChromium } from '../test/host/chromium.ts';

/** The quality of the WebP pictures, from 0 to 1: at this one, text stays sharp. */
const quality = 0.5;

/** Converts PNG pictures to WebP, a quarter of the size. `paths` maps the path of each source to that of its result. */
export async function convertToWebp(paths: ReadonlyMap<string, string>): Promise<void> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    for (const [source, target] of paths) {
      const png = await readFile(source, 'base64');
      const dataUrl = await page.evaluate<string>(`(async () => {
        const image = new Image();
        image.src = 'data:image/png;base64,${png}';
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
        canvas.getContext('2d').drawImage(image, 0, 0);
        return canvas.toDataURL('image/webp', ${String(quality)});
      })()`);
      await writeFile(target, Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64'));
    }
  } finally {
    await browser.close();
  }
}
