import { describe, expect, it } from 'vitest';
import { resolveAugmentation } from '../../../web/lib/augment.js';
import type { FitOptions } from '../../../web/lib/types.js';

describe('resolveAugmentation', () => {
  it('is off unless asked for', () => {
    expect(resolveAugmentation(undefined)).toBeNull();
  });

  it("fills in Keras' defaults, which change nothing", () => {
    expect(resolveAugmentation({})).toEqual({
      ...{ rotationRange: 0, widthShiftRange: 0, heightShiftRange: 0, shearRange: 0 },
      ...{ zoomRange: [1, 1], channelShiftRange: 0, brightnessRange: null },
      ...{ horizontalFlip: false, verticalFlip: false, fillMode: 'nearest', cval: 0 },
      ...{ views: 4, seed: 1 },
    });
  });

  it('knows the classic set, and what is given beside it wins', () => {
    const classic = resolveAugmentation('classic');
    expect(classic).toMatchObject({
      ...{ rotationRange: 20, widthShiftRange: 0.2, heightShiftRange: 0.2, shearRange: 0.2 },
      ...{ zoomRange: [0.8, 1.2], horizontalFlip: true, verticalFlip: false },
    });
    expect(resolveAugmentation({ preset: 'classic' })).toEqual(classic);
    const other = { preset: 'classic', views: 16, rotationRange: 5 } as const;
    expect(resolveAugmentation(other)).toEqual({ ...classic, views: 16, rotationRange: 5 });
  });

  it('reads a zoom as Keras does: a number goes to both sides of 1', () => {
    expect(resolveAugmentation({ zoomRange: 0.25 })?.zoomRange).toEqual([0.75, 1.25]);
    expect(resolveAugmentation({ zoomRange: [0.5, 0.9] })?.zoomRange).toEqual([0.5, 0.9]);
  });

  it.each([
    ['strong', 'the preset of augment must be one of classic'],
    [true, "augment must be 'classic', or { rotationRange: 20 } or the like, not true."],
    [{ rotation: 20 }, "augment has no option 'rotation'. Its options are preset, rotationRange,"],
    [{ rotationRange: 200 }, 'rotationRange must be a number from 0 to 180, not 200.'],
    [{ widthShiftRange: -1 }, 'widthShiftRange must be a number from 0 to 298, not -1.'],
    [{ heightShiftRange: '1' }, "heightShiftRange must be a number from 0 to 298, not '1'."],
    [{ shearRange: 90 }, 'shearRange must be a number from 0 to 89, not 90.'],
    [{ zoomRange: 1.5 }, 'zoomRange must be a number from 0 to 0.99, not 1.5.'],
    [{ zoomRange: [1] }, 'zoomRange must be two numbers, [from, to], not [1].'],
    [{ zoomRange: [1, 0.5] }, 'zoomRange[1] must be a number from 1 to 100, not 0.5.'],
    [{ zoomRange: 'big' }, "zoomRange must be two numbers, [from, to], not 'big'."],
    [{ channelShiftRange: 300 }, 'channelShiftRange must be a number from 0 to 255, not 300.'],
    [{ brightnessRange: 0.5 }, 'brightnessRange must be two numbers, [from, to], not 0.5.'],
    [{ brightnessRange: [-1, 1] }, 'brightnessRange[0] must be a number from 0 to 255, not -1.'],
    [{ horizontalFlip: 1 }, 'horizontalFlip must be true or false, not 1.'],
    [{ fillMode: 'mirror' }, 'fillMode must be one of nearest, constant, reflect, wrap'],
    [{ cval: 256 }, 'cval must be a number from 0 to 255, not 256.'],
    [{ views: 33 }, 'views must be a whole number from 0 to 32, not 33.'],
    [{ seed: -1 }, "augment's seed must be a whole number from 0 to 4294967295, not -1."],
  ])('refuses %o', (augment, message) => {
    const call = () => resolveAugmentation(augment as FitOptions['augment']);
    expect(call).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(call).toThrow(message);
  });
});
