/** Holds a lock while `work` runs: browsers do not freeze a hidden tab that holds one. */
export async function keepAwake<T>(work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  const result = navigator.locks.request('tabtrain-work', { mode: 'shared' }, work);
  return result as Promise<T>;
}
