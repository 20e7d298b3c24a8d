// Features that are too many for memory, in a file of the page's own (OPFS). The file belongs to one
// worker, goes with it, and is of no use to anyone else.
import type { CoreFile } from './core.js';
import { messageOf } from './failure.js';

const folderName = 'tabtrain-features';

interface Opened {
  folder: FileSystemDirectoryHandle;
  name: string;
  access: FileSystemSyncAccessHandle;
}

export class FeatureFile implements CoreFile {
  /** Why features are kept in memory after all, in a sentence; null while none are. */
  notice: string | null = null;
  #opened: Opened | null = null;
  #size = 0;
  #left = 0;

  /** Makes the file, and removes those that earlier tabs have left behind. */
  async open(): Promise<void> {
    try {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle(folderName, { create: true });
      // Under a lock, so that no other tab takes a file that is not open yet for a left one.
      this.#opened = await navigator.locks.request(folderName, async () => {
        await removeLeft(folder);
        const name = crypto.randomUUID();
        const handle = await folder.getFileHandle(name, { create: true });
        return { folder, name, access: await handle.createSyncAccessHandle() };
      });
      await this.measure();
    } catch (error) {
      this.notice =
        'The features are kept in memory, because the browser lets this page keep no files ' +
        `(${messageOf(error)}).`;
    }
  }

  /** Asks the browser how much space is left, for `left` to tell. */
  async measure(): Promise<void> {
    if (!this.#opened) return;
    const unknown: StorageEstimate = {};
    const { quota, usage } = await navigator.storage.estimate().catch(() => unknown);
    const isKnown = quota !== undefined && usage !== undefined;
    this.#left = isKnown ? Math.max(0, quota - usage) : Number.MAX_SAFE_INTEGER;
  }

  left(): number {
    return this.#left;
  }

  write(at: number, bytes: Uint8Array): boolean {
    if (!this.#opened) return false;
    try {
      // Chromium's private windows answer 4294967288 when the space is used up.
      if (this.#opened.access.write(bytes, { at }) !== bytes.length) return this.#refuse(noSpace);
    } catch (error) {
      const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
      return this.#refuse(isFull ? noSpace : messageOf(error));
    }
    const grown = Math.max(0, at + bytes.length - this.#size);
    this.#size += grown;
    this.#left = Math.max(0, this.#left - grown);
    return true;
  }

  read(at: number, bytes: Uint8Array): boolean {
    try {
      return this.#opened?.access.read(bytes, { at }) === bytes.length;
    } catch {
      return false;
    }
  }

  async remove(): Promise<void> {
    if (!this.#opened) return;
    const { folder, name, access } = this.#opened;
    this.#opened = null;
    access.close();
    await folder.removeEntry(name).catch(() => {}); // a later tab tries again
  }

  #refuse(reason: string): false {
    this.#left = 0;
    this.notice =
      `Further features are kept in memory, because the disk does not take them (${reason}). ` +
      'Free space on this device, or remove images.';
    return false;
  }
}

const noSpace = 'no space is left for this page';

/** Removes what earlier tabs have left behind, if anything. */
export async function removeLeftFeatures(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(folderName);
    await navigator.locks.request(folderName, () => removeLeft(folder));
  } catch {
    // there is no such folder, or there are no files at all
  }
}

/** The file of a tab that lives is locked and stays. */
async function removeLeft(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const name of folder.keys()) await folder.removeEntry(name).catch(() => {});
}
