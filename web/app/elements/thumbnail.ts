import { css, html, LitElement } from 'lit';
import { makeThumbnail } from '../model/thumbnails.js';
import { photoIcon } from './icons.js';
import { base } from './styles.js';

/** A small picture of a file, made when it first comes into view. */
export class Thumbnail extends LitElement {
  static override properties = { file: { attribute: false }, url: { state: true } };
  static override styles = [
    base,
    css`
      :host {
        position: relative;
        display: grid;
        aspect-ratio: 1;
        border-radius: 8px;
        overflow: hidden;
        background: var(--sunken);
        color: var(--line);
        place-items: center;
      }
      :host::after {
        position: absolute;
        inset: 0;
        border: 1px solid var(--line);
        border-radius: inherit;
        content: '';
      }
      img {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: cover;
      }
    `,
  ];
  declare file: File;
  declare url: string | null;
  readonly #observer = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) void this.#load();
  });

  constructor() {
    super();
    this.url = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  // What it shows is told by the text beside it.
  override render() {
    return this.url ? html`<img src=${this.url} alt="" />` : photoIcon;
  }

  async #load(): Promise<void> {
    this.#observer.disconnect();
    const url = await makeThumbnail(this.file, () => this.isConnected);
    if (url && !this.isConnected) URL.revokeObjectURL(url);
    else this.url = url;
  }
}

customElements.define('tt-thumbnail', Thumbnail);
