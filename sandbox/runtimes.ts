/** What a runner of each kind names as its runtime. */
export const quickJsRuntime = 'quickjs 0.32';

export function nodeRuntime({ node, v8 }: Pick<NodeJS.ProcessVersions, 'node' | 'v8'>): string {
  return `node ${node} v8 ${v8}`;
}
