// Files that are kept on this device, in the page's own file system (OPFS): weights, and what was
// measured of them. A file's name says what it was made from and the SHA-256 of its content: what
// does not match is not used.
import { sha256 } from './digest.js';
import { messageOf } from './failure.js';

const folderName = 'tabtrain-weights';
const unfinished = '.part';
/** More of a kind are not kept: the oldest go. */
const mostFiles = 3;

const noSpace = 'no space is left for this page';

/** What a file was made from. Both in letters, digits and dashes. */
export interface Origin {
  source: string;
  /** Which of the contents that the source has had. */
  version: string;
}

/** By its ending: weights are `safetensors`. */
export type FileKind = 'safetensors' | 'json';

/** A part of TypeScript's declarations that is missing: whatwg/fs, pull request 10. */
type MovableHandle = FileSystemFileHandle & { move(name: string): Promise<void> };

export class Shelf {
  readonly #folder: FileSystemDirectoryHandle;

  private constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  /** Null where the browser gives the page no file system, as in some private windows. */
  static async open(): Promise<Shelf | null> {
    try {
      const root = await navigator.storage.getDirectory();
      const shelf = new Shelf(await root.getDirectoryHandle(folderName, { create: true }));
      await shelf.#sweep();
      return shelf;
    } catch {
      return null;
    }
  }

  /** A file of that origin or content, whatever is given. */
  async find(
    wanted: Partial<Origin & { sha256: string }>,
    kind: FileKind = 'safetensors',
  ): Promise<KeptFile | null> {
    const files = await this.#files(kind);
    const matches = ({ origin, sha256 }: KeptFile) =>
      (wanted.source ?? origin.source) === origin.source &&
      (wanted.version ?? origin.version) === origin.version &&
      (wanted.sha256 ?? sha256) === sha256;
    return files.find(matches) ?? null;
  }

  /** Begins a file; it counts as kept once it is committed. */
  async write(origin: Origin, kind: FileKind = 'safetensors'): Promise<ShelfWriter> {
    const handle = await this.#folder.getFileHandle(crypto.randomUUID() + unfinished, {
      create: true,
    });
    const access = await handle.createSyncAccessHandle();
    const finish = async (sha256: string) => {
      const name = `${origin.source}.${origin.version}.${sha256}.${kind}`;
      await (handle as MovableHandle).move(name);
      await this.#tidy(origin, kind);
    };
    return new ShelfWriter(this.#folder, handle, access, finish);
  }

  /** Removes what a crash left unfinished; what another tab is writing is locked and stays. */
  async #sweep(): Promise<void> {
    for await (const name of this.#folder.keys()) {
      if (name.endsWith(unfinished)) await this.#folder.removeEntry(name).catch(() => {});
    }
  }

  /** Removes the older files of this origin's source, and of all others those beyond the limit. */
  async #tidy({ source, version }: Origin, kind: FileKind): Promise<void> {
    const files = await this.#files(kind);
    const replaced = files.filter(
      ({ origin }) => origin.source === source && origin.version !== version,
    );
    const others = files.filter((file) => !replaced.includes(file));
    for (const file of [...replaced, ...others.slice(mostFiles)]) await file.remove();
  }

  /** The newest first. */
  async #files(kind: FileKind): Promise<KeptFile[]> {
    const files: { kept: KeptFile; at: number }[] = [];
    for await (const handle of this.#folder.values()) {
      const [, source, version, sha256, ending] =
        /^([\w-]+)\.([\w-]+)\.([0-9a-f]{64})\.(\w+)$/.exec(handle.name) ?? [];
      if (!source || !version || !sha256 || handle.kind !== 'file' || ending !== kind) continue;
      const kept = new KeptFile(this.#folder, handle, { source, version }, sha256);
      files.push({ kept, at: (await handle.getFile()).lastModified });
    }
    return files.sort((a, b) => b.at - a.at).map(({ kept }) => kept);
  }
}

export class KeptFile {
  constructor(
    readonly folder: FileSystemDirectoryHandle,
    readonly handle: FileSystemFileHandle,
    readonly origin: Origin,
    readonly sha256: string,
  ) {}

  /** The content; null, and the file is gone, when that is not what was kept. */
  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      const bytes = new Uint8Array(await (await this.handle.getFile()).arrayBuffer());
      if ((await sha256(bytes)) === this.sha256) return bytes;
    } catch {
      // what cannot be read is as good as damaged
    }
    await this.remove();
    return null;
  }

  /** Another tab may have removed it, or be reading it: either is fine. */
  async remove(): Promise<void> {
    await this.folder.removeEntry(this.handle.name).catch(() => {});
  }
}

/** Writes one file. Whatever goes wrong is kept in `problem`, and the caller goes on without. */
export class ShelfWriter {
  /** Why nothing will be kept; null while all is well. */
  problem: string | null = null;
  #size = 0;

  constructor(
    readonly folder: FileSystemDirectoryHandle,
    readonly handle: FileSystemFileHandle,
    readonly access: FileSystemSyncAccessHandle,
    /** Gives the file its name. */
    readonly finish: (sha256: string) => Promise<void>,
  ) {}

  write(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.problem) return;
    try {
      const count = this.access.write(bytes, { at: this.#size });
      this.#size += count;
      if (count < bytes.length) this.problem = noSpace;
    } catch (error) {
      this.problem = wordsOf(error);
    }
  }

  /** Keeps what was written; returns its SHA-256, or null when there is a problem. */
  async commit(): Promise<string | null> {
    try {
      if (this.problem) return null;
      this.access.flush();
      this.access.close();
      const bytes = new Uint8Array(await (await this.handle.getFile()).arrayBuffer());
      // Chromium says that it wrote what the quota then cut off.
      if (bytes.length !== this.#size) this.problem = noSpace;
      if (this.problem) return null;
      const digest = await sha256(bytes);
      await this.finish(digest);
      return digest;
    } catch (error) {
      this.problem = wordsOf(error);
      return null;
    } finally {
      if (this.problem) await this.drop();
    }
  }

  /** Leaves nothing behind. */
  async drop(): Promise<void> {
    this.access.close();
    await this.folder.removeEntry(this.handle.name).catch(() => {});
  }
}

function wordsOf(error: unknown): string {
  const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
  return isFull ? noSpace : messageOf(error);
}
