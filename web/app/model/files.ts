/** A file with the folders it came in, `trees/oak/1.jpg`, or its name alone. */
export interface FoundFile {
  file: File;
  path: string;
}

const clutter = new Set(['Thumbs.db', 'desktop.ini']);

/** The files of a drop, those in dropped folders too, without hidden ones. */
export async function filesOfDrop(transfer: DataTransfer): Promise<FoundFile[]> {
  // The entries must be taken before the first wait: the browser empties the list after the event.
  const items = Array.from(transfer.items).filter(({ kind }) => kind === 'file');
  const found = await Promise.all(items.map((item) => filesOfItem(item)));
  return found.flat();
}

function filesOfItem(item: DataTransferItem): Promise<FoundFile[]> {
  const entry = item.webkitGetAsEntry();
  if (entry) return filesOfEntry(entry);
  const file = item.getAsFile();
  return Promise.resolve(file ? [{ file, path: file.name }] : []);
}

async function filesOfEntry(entry: FileSystemEntry): Promise<FoundFile[]> {
  if (isClutter(entry.name)) return [];
  if (entry.isFile) {
    const file = await fileOf(entry as FileSystemFileEntry);
    return [{ file, path: entry.fullPath.replace(/^\//, '') }];
  }
  const found: FoundFile[] = [];
  for await (const child of entriesOf(entry as FileSystemDirectoryEntry)) {
    found.push(...(await filesOfEntry(child)));
  }
  return found;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** `readEntries` gives at most 100 at a time, and none at the end. */
async function* entriesOf(directory: FileSystemDirectoryEntry) {
  const reader = directory.createReader();
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return;
    yield* batch;
  }
}

/** The files of an `<input type="file">`, or of the clipboard. */
export function filesOfList(files: Iterable<File>): FoundFile[] {
  return Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name })).filter(
    ({ file }) => !isClutter(file.name),
  );
}

function isClutter(name: string): boolean {
  return name.startsWith('.') || clutter.has(name);
}

/** The name of the folder that a file lies in; null for a file that came alone. */
export function folderOf({ path }: FoundFile): string | null {
  return path.split('/').at(-2) ?? null;
}

/** The files by the folder they lie in, those that came alone under null. */
export function byFolder(files: FoundFile[]): Map<string | null, FoundFile[]> {
  const folders = new Map<string | null, FoundFile[]>();
  for (const file of files) {
    const folder = folderOf(file);
    const list = folders.get(folder);
    if (list) list.push(file);
    else folders.set(folder, [file]);
  }
  return folders;
}
