// A macrotask of the worker's event loop, in which messages such as a cancel get in. A message
// channel, because timers are clamped to 4 ms, and to a second in a hidden tab.
const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
