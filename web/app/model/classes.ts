import type {
  AddedImage,
  AddImagesOptions,
  FailedImage,
  Progress,
  Trainer,
} from '../../lib/tabtrain.js';
import type { Announcer } from './announcer.js';
import { keepAwake } from './awake.js';
import type { Engine } from './engine.js';
import { byFolder, type FoundFile } from './files.js';
import { messageOf, plural } from './format.js';
import { type Photo, PhotoClass } from './photo-class.js';
import { Store } from './store.js';

const hues = 8;

/** What an element shows of a class. */
export type NamedClass = Readonly<Pick<PhotoClass, 'name' | 'hue'>>;

/** The classes and their photos. Photos wait here until the trainer has made their features. */
export class Classes extends Store {
  list: PhotoClass[] = [];
  /** Of the photos that wait or are at work, over all classes; null when there are none. */
  work: { done: number; total: number; secondsLeft: number | null } | null = null;
  /** An error that ended the work on photos; the photos stay. */
  error: string | null = null;
  #running: { photoClass: PhotoClass; controller: AbortController } | null = null;
  #made = 0;

  constructor(
    readonly engine: Engine,
    readonly announcer: Announcer,
  ) {
    super();
    this.add();
    this.add();
  }

  /** Adds a class, under the first free `Class 3` without a name. */
  add(name?: string): PhotoClass {
    const photoClass = new PhotoClass(name ?? this.#freeName(), this.#made % hues);
    this.#made += 1;
    this.list = [...this.list, photoClass];
    this.changed();
    return photoClass;
  }

  find(name: string): PhotoClass | undefined {
    return this.list.find((photoClass) => photoClass.name === name);
  }

  /** The class of a label that the trainer gave; it follows later renames. */
  named(label: string): NamedClass {
    return this.find(label) ?? { name: label, hue: 0 };
  }

  /** Null, or why the class cannot have that name. */
  nameProblem(photoClass: PhotoClass, name: string): string | null {
    if (name === '') return 'A class needs a name.';
    const other = this.find(name);
    return other && other !== photoClass ? `There is already a class ${name}.` : null;
  }

  rename(photoClass: PhotoClass, name: string): void {
    const from = photoClass.name;
    if (name === from || this.nameProblem(photoClass, name)) return;
    photoClass.name = name;
    this.changed();
    this.#tellOf(from, (trainer) => trainer.renameClass(from, name));
  }

  remove(photoClass: PhotoClass): void {
    if (this.#running?.photoClass === photoClass) this.#running.controller.abort();
    this.list = this.list.filter((other) => other !== photoClass);
    this.changed();
    const { name } = photoClass;
    this.#tellOf(name, (trainer) => trainer.removeClass(name));
  }

  addFiles(photoClass: PhotoClass, files: FoundFile[]): void {
    if (files.length === 0) return;
    this.error = null;
    photoClass.add(files);
    this.changed();
    void this.#work();
  }

  /** Each folder becomes a class of its name, and the files outside any folder one more. */
  addFolders(files: FoundFile[]): void {
    for (const [folder, members] of byFolder(files)) {
      const name = folder ?? this.#freeName();
      this.addFiles(this.find(name) ?? this.#unused(name) ?? this.add(name), members);
    }
  }

  removePhoto(photoClass: PhotoClass, photo: Photo): void {
    photoClass.drop(photo);
    const { id } = photo;
    photo.state = 'removed';
    this.changed();
    if (id === null) return;
    this.#tell((trainer) => trainer.removeImages([id]));
    const { name, photos } = photoClass;
    // A class without photos is none to learn.
    if (photos.length === 0) this.#tellOf(name, (trainer) => trainer.removeClass(name));
  }

  dismissFailed(photoClass: PhotoClass): void {
    photoClass.failed = [];
    this.changed();
  }

  /** Leaves out the photos that are not ready yet. */
  cancel(): void {
    let left = 0;
    for (const photoClass of this.list) {
      for (const photo of photoClass.photos.filter(isPending)) {
        photo.state = 'removed';
        photoClass.drop(photo);
        left += 1;
      }
    }
    this.#running?.controller.abort();
    this.announcer.say(`Stopped. ${plural(left, 'photo')} left out.`);
    this.changed();
  }

  /** Gives every photo to a trainer that is new. */
  restart(): void {
    this.error = null;
    this.#running?.controller.abort();
    for (const photo of this.list.flatMap(({ photos }) => photos)) {
      photo.state = 'waiting';
      photo.id = null;
    }
    this.changed();
    void this.#work();
  }

  /** The first class that still has its first name and no photos, renamed. */
  #unused(name: string): PhotoClass | null {
    const unused = this.list.find((one) => one.photos.length === 0 && /^Class \d+$/.test(one.name));
    if (!unused) return null;
    this.rename(unused, name);
    return unused;
  }

  #freeName(): string {
    for (let number = 1; ; number += 1) {
      if (!this.find(`Class ${number}`)) return `Class ${number}`;
    }
  }

  #pending(): number {
    return this.list.flatMap(({ photos }) => photos).filter(isPending).length;
  }

  /** Gives the photos that wait to the trainer, class by class. */
  async #work(): Promise<void> {
    if (this.work) return;
    this.work = { done: 0, total: this.#pending(), secondsLeft: null };
    await keepAwake(async () => {
      for (;;) {
        const photoClass = this.list.find(({ photos }) => photos.some(isWaiting));
        if (!photoClass || this.error) break;
        await this.#addWaiting(photoClass);
      }
    });
    const { done } = this.work;
    this.work = null;
    if (done > 0) this.announcer.say(`${plural(done, 'photo')} looked at.`);
    this.changed();
  }

  async #addWaiting(photoClass: PhotoClass): Promise<void> {
    const batch = photoClass.photos.filter(isWaiting);
    for (const photo of batch) photo.state = 'working';
    const controller = new AbortController();
    this.#running = { photoClass, controller };
    const options: AddImagesOptions = {
      signal: controller.signal,
      onImage: (image) => this.#take(photoClass, batch[image.index], image),
      onProgress: (progress) => this.#estimate(progress),
    };
    const files = batch.map(({ file }) => file);
    try {
      await this.engine.use((trainer) => trainer.addImages(photoClass.name, files, options));
    } catch (error) {
      for (const photo of batch) if (photo.state === 'working') photo.state = 'waiting';
      if (!controller.signal.aborted) this.error = messageOf(error);
    } finally {
      this.#running = null;
    }
  }

  /** Notes that the trainer has, or cannot use, a photo. */
  #take(photoClass: PhotoClass, photo: Photo | undefined, image: AddedImage | FailedImage): void {
    if (!photo) return;
    const isAdded = 'id' in image;
    if (isAdded && photo.state === 'removed') {
      this.#tell((trainer) => trainer.removeImages([image.id]));
    } else if (isAdded) {
      photo.state = 'ready';
      photo.id = image.id;
    } else {
      photoClass.drop(photo);
      photoClass.failed = [
        ...photoClass.failed,
        { name: photo.name, message: image.error.message },
      ];
      this.announcer.say(`${photo.name}: ${image.error.message}`);
    }
    const done = (this.work?.done ?? 0) + 1;
    const secondsLeft = this.work?.secondsLeft ?? null;
    this.work = { done, total: done + this.#pending(), secondsLeft };
    this.changed();
  }

  /** Makes the time left of one class that of all. */
  #estimate(progress: Progress): void {
    this.engine.note(progress);
    if (progress.phase !== 'features') return;
    const { done, total, secondsLeft } = progress;
    const inClass = (total ?? 0) - done;
    if (!this.work || secondsLeft === null || inClass === 0) return;
    this.work = { ...this.work, secondsLeft: (secondsLeft / inClass) * this.#pending() };
    this.changed();
  }

  /** Passes a change of a class on to the trainer, if that has learnt of the class. */
  #tellOf(name: string, change: (trainer: Trainer) => Promise<void>): void {
    this.#tell(async (trainer) => {
      const known = await trainer.classes();
      if (known.some(({ label }) => label === name)) await change(trainer);
    });
  }

  /** Passes a change on to the trainer; what goes wrong there is told. */
  #tell(change: (trainer: Trainer) => Promise<void>): void {
    this.engine.use(change).catch((error) => {
      this.error = messageOf(error);
      this.changed();
    });
  }
}

function isWaiting({ state }: Photo): boolean {
  return state === 'waiting';
}

function isPending({ state }: Photo): boolean {
  return state === 'waiting' || state === 'working';
}
