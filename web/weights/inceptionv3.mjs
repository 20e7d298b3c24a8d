/**
 * The 94 convolution kernels of InceptionV3, [kernel height, kernel width, in, out], in the order in
 * which Keras creates the layers (keras/src/applications/inception_v3.py), which is also how they
 * are numbered: conv2d_1 ... conv2d_94. Each has a batch norm of the same number, without gamma.
 */
export const KERNEL_SHAPES = [
  ...stem(),
  ...blockA(192, 32), // mixed0
  ...blockA(256, 64), // mixed1
  ...blockA(288, 64), // mixed2
  ...reductionA(), // mixed3
  ...blockB(128), // mixed4
  ...blockB(160), // mixed5
  ...blockB(160), // mixed6
  ...blockB(192), // mixed7
  ...reductionB(), // mixed8
  ...blockC(1280), // mixed9
  ...blockC(2048), // mixed10
];

/**
 * The same layers, by number, in the order that they have in a Keras model: by their depth in the
 * graph. Keras 3 saves them in this order.
 */
export const SAVED_ORDER = [
  1, 2, 3, 4, 5, 9, 7, 10, 6, 8, 11, 12, 16, 14, 17, 13, 15, 18, 19, 23, 21, 24, 20, 22, 25, 26, 28,
  29, 27, 30, 35, 36, 32, 37, 33, 38, 31, 34, 39, 40, 45, 46, 42, 47, 43, 48, 41, 44, 49, 50, 55,
  56, 52, 57, 53, 58, 51, 54, 59, 60, 65, 66, 62, 67, 63, 68, 61, 64, 69, 70, 73, 74, 71, 75, 72,
  76, 81, 78, 82, 79, 80, 83, 84, 77, 85, 90, 87, 91, 88, 89, 92, 93, 86, 94,
];

/** What Keras adds to the variance before the square root. */
export const BATCH_NORM_EPSILON = 1e-3;

function stem() {
  return [
    kernel(3, 3, 3, 32),
    kernel(3, 3, 32, 32),
    kernel(3, 3, 32, 64),
    kernel(1, 1, 64, 80),
    kernel(3, 3, 80, 192),
  ];
}

/**
 * Branches 1x1, 5x5, double 3x3 and pooling.
 * @param {number} input
 * @param {number} pooled channels after the pooling
 */
function blockA(input, pooled) {
  return [
    kernel(1, 1, input, 64),
    kernel(1, 1, input, 48),
    kernel(5, 5, 48, 64),
    kernel(1, 1, input, 64),
    kernel(3, 3, 64, 96),
    kernel(3, 3, 96, 96),
    kernel(1, 1, input, pooled),
  ];
}

function reductionA() {
  return [
    kernel(3, 3, 288, 384),
    kernel(1, 1, 288, 64),
    kernel(3, 3, 64, 96),
    kernel(3, 3, 96, 96),
  ];
}

/**
 * Branches 1x1, 7x7 and double 7x7 (in two halves each) and pooling.
 * @param {number} width channels inside the 7x7 branches
 */
function blockB(width) {
  return [
    kernel(1, 1, 768, 192),
    kernel(1, 1, 768, width),
    kernel(1, 7, width, width),
    kernel(7, 1, width, 192),
    kernel(1, 1, 768, width),
    kernel(7, 1, width, width),
    kernel(1, 7, width, width),
    kernel(7, 1, width, width),
    kernel(1, 7, width, 192),
    kernel(1, 1, 768, 192),
  ];
}

function reductionB() {
  return [
    kernel(1, 1, 768, 192),
    kernel(3, 3, 192, 320),
    kernel(1, 1, 768, 192),
    kernel(1, 7, 192, 192),
    kernel(7, 1, 192, 192),
    kernel(3, 3, 192, 192),
  ];
}

/**
 * Branches 1x1, 3x3 and double 3x3 (split into 1x3 beside 3x1 at their ends) and pooling.
 * @param {number} input
 */
function blockC(input) {
  return [
    kernel(1, 1, input, 320),
    kernel(1, 1, input, 384),
    kernel(1, 3, 384, 384),
    kernel(3, 1, 384, 384),
    kernel(1, 1, input, 448),
    kernel(3, 3, 448, 384),
    kernel(1, 3, 384, 384),
    kernel(3, 1, 384, 384),
    kernel(1, 1, input, 192),
  ];
}

/** @param {number} height @param {number} width @param {number} input @param {number} output */
function kernel(height, width, input, output) {
  return [height, width, input, output];
}
