export const watchedCalls = ['execve', 'socket'];
export function traceArguments(f: string): string[] {
  return ['--debug', `--debug-log=${f}`, '--strace'];
}
