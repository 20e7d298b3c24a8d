// Which weights of the person's own the page starts with: the name of their copy on this device.

const key = 'tabtrain.weights';

/** Null: the site's own. */
export function rememberedWeights(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off
  }
}

export function rememberWeights(kept: string | null): void {
  try {
    if (kept === null) localStorage.removeItem(key);
    else localStorage.setItem(key, kept);
  } catch {
    // they are used until the tab is closed
  }
}
