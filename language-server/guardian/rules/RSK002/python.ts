import { sizeOptions } from '../../javascript/strategyApi.ts';
import { pythonName } from '../../python/api.ts';
import { assignedOnce } from '../../python/fold.ts';
import { orderCalls } from '../../python/orderCalls.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const lossName = /loss|losses|losing|lose|drawdown|martingale/i;

/** `size *= 2` after a loss, and sizes that are a power of the losses. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, scopes, paths, folder } = subject;
  const names = new Set<string>();
  for (const { call, method } of orderCalls(subject)) {
    if (method !== 'buy' && method !== 'sell') continue;
    for (const size of sizeOptions.flatMap((name) => argument(call, pythonName(name)) ?? [])) {
      const whole = assignedOnce(scopes.of(size)) ?? size;
      if (isBounded(whole)) continue;
      for (const node of tree.below(whole)) {
        const name = nameOf(node);
        if (name !== undefined) names.add(name);
        const isPower = node.type === 'Binary' && node.operator === '**' && mentionsLoss(node.right);
        const [, exponent] = node.type === 'Call' ? node.args : [];
        const path = node.type === 'Call' ? paths.text(node.callee) : undefined;
        const isCall =
          /^(?:builtins|math|numpy)\.(?:pow|power)$/.test(path ?? '') &&
          exponent &&
          mentionsLoss(exponent.value);
        if (isPower || isCall) found(node, 'The size is a power of the losses so far.', { advice });
      }
    }
  }
  for (const node of tree.nodes) {
    const grown = grownBy(node);
    if (grown !== undefined && names.has(grown) && followsLoss(node))
      found(node, `${grown} grows after a loss and has no bound.`, { advice });
  }

  function grownBy(node: Syntax): string | undefined {
    if (node.type === 'AugmentedAssign')
      return node.operator === '*' && (folder.number(node.value) ?? 2) > 1 ? nameOf(node.target) : undefined;
    if (node.type !== 'Assign' || node.value.type !== 'Binary' || node.value.operator !== '*')
      return undefined;
    const [target] = node.targets;
    const name = target && nameOf(target);
    const { left, right } = node.value;
    const factor = nameOf(left) === name ? right : nameOf(right) === name ? left : undefined;
    return name !== undefined && factor && (folder.number(factor) ?? 2) > 1 ? name : undefined;
  }

  function followsLoss(node: Syntax): boolean {
    for (const outer of tree.around(node)) {
      if (
        (outer.type === 'If' || outer.type === 'Conditional') &&
        (mentionsLoss(outer.test) || isNegativeProfit(outer.test))
      )
        return true;
      if (outer.type === 'FunctionDefinition') return false;
    }
    return false;
  }

  function isNegativeProfit(test: Syntax): boolean {
    for (const node of tree.below(test)) {
      if (node.type !== 'Comparison' || !node.operator.startsWith('<')) continue;
      const isProfit = node.left.type === 'Attribute' && node.left.name.id === 'profit';
      if (isProfit && folder.number(node.right) === 0) return true;
    }
    return false;
  }

  function mentionsLoss(root: Syntax): boolean {
    for (const node of tree.below(root)) if (lossName.test(nameOf(node) ?? '')) return true;
    return false;
  }
}

const advice = 'Size by a fixed percent or risk_percent, and bound it with min(...).';

function nameOf(node: Syntax): string | undefined {
  if (node.type === 'Name') return node.id;
  return node.type === 'Attribute' ? node.name.id : undefined;
}

/** `min(50, ...)`. */
function isBounded(node: Syntax): boolean {
  return node.type === 'Call' && node.callee.type === 'Name' && node.callee.id === 'min';
}
