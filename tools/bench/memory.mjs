import { readdirSync, readFileSync } from 'node:fs';

/**
 * Peak resident memory of the browser's process behind a page that is opened meanwhile.
 * @param {() => Promise<void>} work opens a page and uses it
 * @returns {Promise<number>} MB, the browser's own part included
 */
export async function peakOfNewPage(work) {
  const before = rendererPeaks();
  await work();
  // A browser may keep an empty process ready for the next page, so it is not always a new one.
  const grown = [...rendererPeaks()].map(([id, peak]) => ({
    peak,
    by: peak - (before.get(id) ?? 0),
  }));
  const [most] = grown.sort((a, b) => b.by - a.by);
  if (!most) throw new Error('No process of the browser was found.');
  return most.peak;
}

/** @returns {Map<number, number>} by process, MB */
function rendererPeaks() {
  if (process.platform !== 'linux')
    throw new Error('The memory of a process is read on Linux only.');
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), Number(/^PPid:\t(\d+)/m.exec(read(name, 'status'))?.[1])]),
  );
  const peaks = new Map();
  for (const id of parents.keys()) {
    if (!isDescendant(id, parents) || !read(id, 'cmdline').includes('--type=renderer')) continue;
    const kibibytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(read(id, 'status'))?.[1] ?? 0);
    peaks.set(id, (kibibytes * 1024) / 1e6);
  }
  return peaks;
}

/** Whether we started a process, or one that did. @param {number} id @param {Map<number, number>} parents */
function isDescendant(id, parents) {
  let ancestor = parents.get(id);
  while (ancestor && ancestor !== process.pid) ancestor = parents.get(ancestor);
  return ancestor === process.pid;
}

/** @param {string | number} id @param {string} file */
function read(id, file) {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}
