import { LitElement, type PropertyDeclarations } from 'lit';
import type { Store } from '../model/store.js';
import type { Studio } from '../model/studio.js';

/** An element that shows parts of the studio, and renders again when one of them changes. */
export abstract class StudioElement extends LitElement {
  static override properties: PropertyDeclarations = { studio: { attribute: false } };
  declare studio: Studio;
  #watched: Store[] = [];
  readonly #update = () => this.requestUpdate();

  /** The stores that `render` looks at. */
  protected abstract watched(studio: Studio): Store[];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watched = this.watched(this.studio);
    for (const store of this.#watched) store.addEventListener('change', this.#update);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const store of this.#watched) store.removeEventListener('change', this.#update);
  }
}
