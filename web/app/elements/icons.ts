import { html, type TemplateResult } from 'lit';

/** An icon that only decorates: its path data, on 24 x 24. */
function icon(path: string): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;
}

export const plusIcon = icon('M12 5v14M5 12h14');
export const crossIcon = icon('M6 6l12 12M18 6L6 18');
export const trashIcon = icon('M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5');
export const photoIcon = icon(
  'M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.500a1 1 0 1 0 .01 0',
);
export const folderIcon = icon('M3 6h6l2 2.500h10V19H3z');
export const sparkIcon = icon(
  'M12 3l2.200 6.300L20.500 12l-6.300 2.200L12 21l-2.200-6.800L3.500 12l6.300-2.700z',
);
export const stopIcon = icon('M7 7h10v10H7z');
export const shieldIcon = icon(
  'M12 3l7.500 3v5.500c0 4.500-3 7.800-7.500 9.500-4.500-1.700-7.500-5-7.500-9.500V6zM8.700 12l2.300 2.300 4.300-4.600',
);
export const chipIcon = icon(
  'M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4',
);
export const alertIcon = icon('M12 4L2.800 20h18.400zM12 10v4.500M12 17.300v.01');
export const cubeIcon = icon('M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z');
