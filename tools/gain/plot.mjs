/** @typedef {import('./summary.mjs').Setting} Setting */

const WIDTH = 640;
const HEIGHT = 330;
const LEFT = 56;
const RIGHT = 16;
const TOP = 44;
const BOTTOM = 56;
/** Of the numbers of views, told apart by lightness as well. */
const COLOURS = ['#8b8598', '#d4500e', '#5538ee'];

/**
 * The accuracies as an SVG: for each number of photos a group of points, one for each number of
 * views, with bars of one standard deviation to either side.
 * @param {readonly Setting[]} settings
 */
export function plot(settings) {
  const sizes = [...new Set(settings.map(({ perClass }) => perClass))];
  const counts = [...new Set(settings.map(({ views }) => views))];
  const lowest = Math.min(...settings.map(({ mean, deviation }) => mean - deviation));
  const floor = Math.floor(lowest / 5) * 5;
  const y = (/** @type {number} */ value) =>
    HEIGHT - BOTTOM - ((value - floor) / (100 - floor)) * (HEIGHT - BOTTOM - TOP);
  const group = (WIDTH - LEFT - RIGHT) / sizes.length;
  const centre = (/** @type {number} */ index) => LEFT + group * (index + 0.5);
  const ticks = Array.from({ length: (100 - floor) / 5 + 1 }, (_, index) => floor + 5 * index);

  const parts = [
    ...ticks.map(
      (tick) =>
        `<path d="M${LEFT} ${y(tick)}H${WIDTH - RIGHT}" stroke="#e2dfe9"/>` +
        text(LEFT - 8, y(tick) + 4, `${tick} %`, 'end'),
    ),
    ...sizes.map((size, index) => text(centre(index), HEIGHT - BOTTOM + 22, `${size || 'all'}`)),
    text(WIDTH / 2, HEIGHT - 12, 'photos a class to train on'),
    ...counts.map((count, index) => {
      const x = LEFT + 20 + 150 * index;
      return `<circle cx="${x}" cy="20" r="5" fill="${COLOURS[index]}"/>${text(x + 12, 24, `${count} views a photo`, 'start')}`;
    }),
    ...settings.map(({ perClass, views, mean, deviation }) => {
      const index = counts.indexOf(views);
      const x = centre(sizes.indexOf(perClass)) + (index - (counts.length - 1) / 2) * 56;
      const [from, to] = [y(Math.min(100, mean + deviation)), y(mean - deviation)];
      return (
        `<path d="M${x} ${from.toFixed(1)}V${to.toFixed(1)}" stroke="${COLOURS[index]}" stroke-width="2"/>` +
        `<circle cx="${x}" cy="${y(mean).toFixed(1)}" r="5" fill="${COLOURS[index]}"/>` +
        text(x + 9, y(mean) + 4, mean.toFixed(1), 'start', 11)
      );
    }),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>Share of the other photos that is right, by photos a class and views a photo</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** @param {number} x @param {number} y @param {string} content @param {string} [anchor] @param {number} [size] */
function text(x, y, content, anchor = 'middle', size = 13) {
  return `<text x="${x}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="#1b1924">${content}</text>`;
}
