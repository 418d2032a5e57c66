import type { Page } from '@playwright/test';
import UPNG from 'upng-js';

/** The maximum number of colors in the animation. It is enough, because VS Code's interface has few colors. */
const colorCount = 256;

interface Frame {
  readonly rgba: ArrayBuffer;
  readonly ms: number;
}

/** An animated PNG file, made of screenshots of the same size. */
export class AnimatedPicture {
  readonly #frames: Frame[] = [];
  #size = { width: 0, height: 0 };

  /** Adds a screenshot of a page, to be shown for `ms` milliseconds. */
  async addFrame(page: Page, ms: number): Promise<void> {
    const { buffer } = new Uint8Array(await page.screenshot());
    const image = UPNG.decode(buffer);
    const [rgba = new ArrayBuffer()] = UPNG.toRGBA8(image);
    this.#size = image;
    this.#frames.push({ rgba, ms });
  }

  /** Encodes the animation as a PNG file. */
  encode(): Uint8Array {
    const { width, height } = this.#size;
    const images = this.#frames.map(({ rgba }) => rgba);
    const delays = this.#frames.map(({ ms }) => ms);
    return new Uint8Array(UPNG.encode(images, width, height, colorCount, delays));
  }
}
