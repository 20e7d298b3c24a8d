import type {
  AugmentationCost,
  Augmentation as AugmentOptions,
  FitOptions,
} from '../../lib/tabtrain.js';
import type { Classes } from './classes.js';
import type { Engine } from './engine.js';
import { messageOf } from './format.js';
import type { Photo } from './photo-class.js';
import { Store } from './store.js';

/** What a person may set, in percent and degrees; the defaults are the classic set. */
export interface AugmentationSettings {
  isOn: boolean;
  views: number;
  turn: number;
  shift: number;
  zoom: number;
  brightness: number;
  mirror: boolean;
  upsideDown: boolean;
}

/** Changed copies of the photos to train on: their settings, their price, and examples. */
export class Augmentation extends Store {
  settings: AugmentationSettings = {
    isOn: false,
    views: 4,
    turn: 20,
    shift: 20,
    zoom: 20,
    brightness: 0,
    mirror: true,
    upsideDown: false,
  };
  price: AugmentationCost | null = null;
  /** Examples made of one photo: its name, and addresses of pictures. */
  preview: { name: string; urls: string[] } | null = null;
  error: string | null = null;
  #photo = 0;
  #photos = '';
  #isStale = false;
  #isWorking = false;

  constructor(
    readonly engine: Engine,
    readonly classes: Classes,
    /** What else the next fit is given. */
    readonly fitOptions: () => FitOptions,
  ) {
    super();
    classes.addEventListener('change', () => this.#notePhotos());
  }

  /** For `fit`; undefined while it is off. */
  get options(): AugmentOptions | undefined {
    const { isOn, views, turn, shift, zoom, brightness, mirror, upsideDown } = this.settings;
    if (!isOn) return undefined;
    const share = brightness / 100;
    return {
      preset: 'classic',
      views,
      rotationRange: turn,
      widthShiftRange: shift / 100,
      heightShiftRange: shift / 100,
      zoomRange: zoom / 100,
      brightnessRange: share > 0 ? [1 - share, 1 + share] : null,
      horizontalFlip: mirror,
      verticalFlip: upsideDown,
    };
  }

  set(settings: Partial<AugmentationSettings>): void {
    this.settings = { ...this.settings, ...settings };
    this.changed();
    void this.refresh();
  }

  /** Shows examples of the next photo. */
  nextPhoto(): void {
    this.#photo += 1;
    void this.refresh();
  }

  /** Asks for the price and the examples anew; the settings may change meanwhile. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    if (this.#isWorking) return;
    this.#isWorking = true;
    while (this.#isStale) {
      this.#isStale = false;
      await this.#update();
    }
    this.#isWorking = false;
  }

  async #update(): Promise<void> {
    const photos = this.#ready();
    const photo = photos[this.#photo % Math.max(1, photos.length)];
    const augment = this.options;
    if (!photo || !augment) return this.#show(null, null);
    try {
      const price = await this.engine.use((trainer) =>
        trainer.augmentationCost({ ...this.fitOptions(), augment }),
      );
      const pictures = await this.engine.use((trainer) =>
        trainer.previewAugmentation(photo.file, augment),
      );
      const urls = await Promise.all(pictures.map(toUrl));
      this.#show(price, { name: photo.name, urls });
    } catch (error) {
      this.#show(null, null);
      this.error = messageOf(error);
      this.changed();
    }
  }

  #show(price: AugmentationCost | null, preview: Augmentation['preview']): void {
    for (const url of this.preview?.urls ?? []) URL.revokeObjectURL(url);
    this.price = price;
    this.preview = preview;
    this.error = null;
    this.changed();
  }

  #ready(): Photo[] {
    return this.classes.list
      .flatMap(({ photos }) => photos)
      .filter(({ state }) => state === 'ready');
  }

  /** The price follows the photos, as soon as the trainer has all. */
  #notePhotos(): void {
    const photos = this.#ready()
      .map(({ id }) => id)
      .join();
    if (this.classes.work || photos === this.#photos) return;
    this.#photos = photos;
    if (this.settings.isOn) void this.refresh();
  }
}

async function toUrl(picture: ImageData): Promise<string> {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const drawing = canvas.getContext('2d');
  if (!drawing) throw new Error('No memory for the examples.');
  drawing.putImageData(picture, 0, 0);
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 }));
}
