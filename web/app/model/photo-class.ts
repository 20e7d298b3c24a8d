import type { FoundFile } from './files.js';

export interface Photo {
  key: number;
  file: File;
  name: string;
  /** Ready once its features are made and it is a sample of the trainer. */
  state: 'waiting' | 'working' | 'ready' | 'removed';
  /** Of the sample; null until it is ready. */
  id: number | null;
}

export interface FailedPhoto {
  name: string;
  message: string;
}

let lastKey = 0;

/** A class as the person sees it: a name, photos, and the files that could not be used. */
export class PhotoClass {
  readonly key: number;
  photos: Photo[] = [];
  failed: FailedPhoto[] = [];

  constructor(
    public name: string,
    /** Which of the colours of the page it has. */
    readonly hue: number,
  ) {
    lastKey += 1;
    this.key = lastKey;
  }

  get ready(): number {
    return this.photos.filter(({ state }) => state === 'ready').length;
  }

  add(files: FoundFile[]): void {
    for (const { file, path } of files) {
      lastKey += 1;
      this.photos.push({ key: lastKey, file, name: path, state: 'waiting', id: null });
    }
  }

  drop(photo: Photo): void {
    this.photos = this.photos.filter((other) => other !== photo);
  }
}
