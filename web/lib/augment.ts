// The augmentation of `fit`: checked, with Keras' defaults filled in, as the core takes it.
import type { CoreAugment } from '../worker/core.js';
import {
  checkBoolean,
  checkInteger,
  checkNames,
  checkNumber,
  checkOneOf,
  invalid,
  isObject,
  show,
} from './check.js';
import type { Augmentation, FitOptions } from './types.js';

/** Keras' defaults, which change nothing. */
const plain: CoreAugment = {
  rotationRange: 0,
  widthShiftRange: 0,
  heightShiftRange: 0,
  shearRange: 0,
  zoomRange: [1, 1],
  channelShiftRange: 0,
  brightnessRange: null,
  horizontalFlip: false,
  verticalFlip: false,
  fillMode: 'nearest',
  cval: 0,
  views: 4,
  seed: 1,
};

/** The set that Keras' tutorials begin with. Its shear is in degrees, so it is next to nothing. */
const classic: CoreAugment = {
  ...plain,
  rotationRange: 20,
  widthShiftRange: 0.2,
  heightShiftRange: 0.2,
  shearRange: 0.2,
  zoomRange: [0.8, 1.2],
  horizontalFlip: true,
};

const presets = { classic };
const fillModes = ['nearest', 'constant', 'reflect', 'wrap'];
const names = ['preset', ...Object.keys(plain)];

/** What the core takes; null for no augmentation. */
export function resolveAugmentation(given: FitOptions['augment']): CoreAugment | null {
  if (given === undefined) return null;
  const augment: Augmentation = typeof given === 'string' ? { preset: given } : given;
  if (!isObject(augment)) {
    throw invalid(
      `augment must be 'classic', or { rotationRange: 20 } or the like, not ${show(given)}.`,
    );
  }
  checkNames('augment', augment, names);
  const { preset, zoomRange, ...rest } = augment;
  if (preset !== undefined) checkOneOf('the preset of augment', preset, Object.keys(presets));
  const base = preset === undefined ? plain : presets[preset];
  const resolved: CoreAugment = {
    ...base,
    ...rest,
    zoomRange: typeof zoomRange === 'number' ? aroundOne(zoomRange) : (zoomRange ?? base.zoomRange),
  };
  check(resolved);
  return resolved;
}

/** A number z is the range from 1 - z to 1 + z, as in Keras. */
function aroundOne(range: number): [number, number] {
  checkNumber('zoomRange', range, 0, 0.99);
  return [1 - range, 1 + range];
}

function check(augment: CoreAugment): void {
  checkNumber('rotationRange', augment.rotationRange, 0, 180);
  checkNumber('widthShiftRange', augment.widthShiftRange, 0, 298);
  checkNumber('heightShiftRange', augment.heightShiftRange, 0, 298);
  checkNumber('shearRange', augment.shearRange, 0, 89);
  checkRange('zoomRange', augment.zoomRange, 0.01, 100);
  checkNumber('channelShiftRange', augment.channelShiftRange, 0, 255);
  if (augment.brightnessRange !== null) {
    checkRange('brightnessRange', augment.brightnessRange, 0, 255);
  }
  checkBoolean('horizontalFlip', augment.horizontalFlip);
  checkBoolean('verticalFlip', augment.verticalFlip);
  checkOneOf('fillMode', augment.fillMode, fillModes);
  checkNumber('cval', augment.cval, 0, 255);
  checkInteger('views', augment.views, 0, 32);
  checkInteger("augment's seed", augment.seed, 0, 2 ** 32 - 1);
}

function checkRange(name: string, range: unknown, min: number, max: number): void {
  const [low, high, ...more] = Array.isArray(range) ? range : [];
  if (!Array.isArray(range) || more.length > 0 || high === undefined) {
    throw invalid(`${name} must be two numbers, [from, to], not ${show(range)}.`);
  }
  checkNumber(`${name}[0]`, low, min, max);
  checkNumber(`${name}[1]`, high, low, max);
}
