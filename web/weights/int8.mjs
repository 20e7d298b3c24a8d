/**
 * A kernel as 8-bit integers, each output channel with a scale of its own: value = level * scale.
 * @param {Float32Array} kernel [..., channels]
 * @param {number} channels
 * @returns {{ levels: Int8Array<ArrayBuffer>, scales: Float32Array<ArrayBuffer> }}
 */
export function quantizeKernel(kernel, channels) {
  const scales = new Float32Array(channels);
  for (let i = 0; i < kernel.length; ++i) {
    const channel = i % channels;
    scales[channel] = Math.max(Number(scales[channel]), Math.abs(Number(kernel[i])) / 127);
  }
  const levels = new Int8Array(kernel.length);
  for (let i = 0; i < kernel.length; ++i) {
    const scale = Number(scales[i % channels]);
    levels[i] = scale > 0 ? Math.round(Number(kernel[i]) / scale) : 0;
  }
  return { levels, scales };
}
