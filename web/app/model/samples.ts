import type { Announcer } from './announcer.js';
import type { Classes } from './classes.js';
import type { FoundFile } from './files.js';
import { plural } from './format.js';
import { Store } from './store.js';

/** `samples/index.json`: pictures to try the page with, their files relative to it. */
interface SampleIndex {
  name: string;
  licence: string;
  source: string;
  classes: { label: string; files: string[] }[];
}

const indexUrl = new URL('samples/index.json', document.baseURI);

/** The sample set that lies beside the page. */
export class Samples extends Store {
  /** Null until it is known that there is one. */
  index: SampleIndex | null = null;
  state: 'idle' | 'loading' | 'loaded' = 'idle';
  /** Pictures that could not be fetched. */
  missing: string[] = [];

  constructor(
    readonly classes: Classes,
    readonly announcer: Announcer,
  ) {
    super();
  }

  /** Looks whether there is a sample set; there need not be one. */
  async find(): Promise<void> {
    try {
      const response = await fetch(indexUrl);
      if (!response.ok) return;
      this.index = (await response.json()) as SampleIndex;
      this.changed();
    } catch {
      // A page without samples is complete.
    }
  }

  async load(): Promise<void> {
    if (!this.index || this.state !== 'idle') return;
    this.state = 'loading';
    this.missing = [];
    this.changed();
    let count = 0;
    for (const { label, files } of this.index.classes) {
      const found = await Promise.all(files.map((path) => this.#fetch(path)));
      const pictures = found.filter((file) => file !== null);
      count += pictures.length;
      this.classes.addFolders(
        pictures.map(({ file, path }) => ({ file, path: `${label}/${path}` })),
      );
    }
    this.state = this.missing.length > 0 ? 'idle' : 'loaded';
    this.announcer.say(`${plural(count, 'picture')} of the sample set loaded.`);
    this.changed();
  }

  async #fetch(path: string): Promise<FoundFile | null> {
    const name = path.split('/').at(-1) ?? path;
    try {
      const response = await fetch(new URL(path, indexUrl));
      if (!response.ok) throw new Error(response.statusText);
      return { file: new File([await response.blob()], name), path: name };
    } catch {
      this.missing.push(name);
      return null;
    }
  }
}
