import { css, html, LitElement } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { plural } from '../model/format.js';
import type { Photo } from '../model/photo-class.js';
import { crossIcon } from './icons.js';
import { base, buttons } from './styles.js';
import './thumbnail.js';

const pageSize = 60;

/** Sent when a photo is to be taken out. */
export class RemovePhotoEvent extends Event {
  constructor(readonly photo: Photo) {
    super('remove-photo');
  }
}

/**
 * The photos of a class. One tab stop: arrow keys go from photo to photo, Delete takes one out.
 */
export class PhotoGrid extends LitElement {
  static override properties = { photos: { attribute: false }, name: {}, shown: { state: true } };
  static override styles = [
    base,
    buttons,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(64px, 1fr));
        gap: 6px;
        max-height: min(19rem, 42vh);
        padding: 3px;
        margin: -3px;
        overflow-y: auto;
      }
      li {
        position: relative;
      }
      tt-thumbnail {
        transition: opacity 0.3s;
      }
      li[data-state='waiting'] tt-thumbnail,
      li[data-state='working'] tt-thumbnail {
        opacity: 0.35;
      }
      li button {
        position: absolute;
        inset: 0;
        min-height: 0;
        width: 100%;
        border-radius: 8px;
        background: none;
        border-color: transparent;
      }
      li button .icon {
        position: absolute;
        top: 4px;
        right: 4px;
        padding: 2px;
        border-radius: 999px;
        background: var(--card);
        color: var(--ink);
        opacity: 0;
      }
      li button:hover {
        background: none;
      }
      li button:hover .icon,
      li button:focus-visible .icon {
        opacity: 1;
      }
      @media (hover: none) {
        li button .icon {
          opacity: 0.9;
        }
      }
      .more {
        margin-top: 0.4rem;
      }
    `,
  ];
  declare photos: Photo[];
  /** Of the class, for screen readers. */
  declare name: string;
  declare shown: number;
  #current = 0;
  /** Whether the photo that had the focus is about to go. */
  #hasRemoved = false;

  constructor() {
    super();
    this.photos = [];
    this.name = '';
    this.shown = pageSize;
  }

  override render() {
    const shown = this.photos.slice(0, this.shown);
    this.#current = Math.min(this.#current, Math.max(0, shown.length - 1));
    const rest = this.photos.length - shown.length;
    return html`
      <ul aria-label="Photos of ${this.name}" @keydown=${this.#move}>
        ${repeat(
          shown,
          ({ key }) => key,
          (photo, index) => this.#photo(photo, index),
        )}
      </ul>
      ${rest > 0 ? this.#moreButton(rest) : null}
    `;
  }

  override updated(changed: Map<string, unknown>): void {
    if (!this.#hasRemoved || !changed.has('photos')) return;
    this.#hasRemoved = false;
    this.#focus(this.#current);
  }

  #photo(photo: Photo, index: number) {
    const label = `${photo.name}${photo.state === 'ready' ? '' : ', waiting'}`;
    return html`
      <li data-state=${photo.state}>
        <tt-thumbnail .file=${photo.file}></tt-thumbnail>
        <button
          type="button"
          title="Remove ${photo.name}"
          aria-label="Remove ${label}"
          tabindex=${index === this.#current ? 0 : -1}
          @focus=${() => this.#setCurrent(index)}
          @click=${() => this.#remove(photo)}
        >
          ${crossIcon}
        </button>
      </li>
    `;
  }

  #moreButton(rest: number) {
    const more = Math.min(rest, pageSize * 4);
    return html`
      <button class="plain more" type="button" @click=${() => this.#showMore(more)}>
        Show ${more} more of ${plural(rest, 'photo')}
      </button>
    `;
  }

  #showMore(more: number): void {
    this.shown += more;
  }

  #setCurrent(index: number): void {
    if (this.#current === index) return;
    this.#current = index;
    this.requestUpdate();
  }

  #move(event: KeyboardEvent): void {
    const photo = this.photos[this.#current];
    const target = this.#targetOf(event.key);
    if (target !== null) this.#focus(target);
    else if (photo && (event.key === 'Delete' || event.key === 'Backspace')) this.#remove(photo);
    else return;
    event.preventDefault();
  }

  #targetOf(key: string): number | null {
    const list = this.renderRoot.querySelector('ul');
    const columns = list ? getComputedStyle(list).gridTemplateColumns.split(' ').length : 1;
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
    };
    const last = Math.min(this.photos.length, this.shown) - 1;
    if (key === 'Home') return 0;
    if (key === 'End') return last;
    const step = steps[key];
    return step === undefined ? null : Math.max(0, Math.min(last, this.#current + step));
  }

  #focus(index: number): void {
    this.renderRoot.querySelectorAll<HTMLElement>('li button')[index]?.focus();
  }

  #remove(photo: Photo): void {
    this.#hasRemoved = true;
    this.dispatchEvent(new RemovePhotoEvent(photo));
  }
}

customElements.define('tt-photo-grid', PhotoGrid);
