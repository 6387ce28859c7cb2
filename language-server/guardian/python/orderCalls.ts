import { orderOptions } from '../javascript/strategyApi.ts';
import type { PythonSubject } from './subject.ts';
import type { Call } from './syntax.ts';

export interface OrderCall {
  readonly call: Call;
  readonly method: string;
}

/** The calls of `lab.orders` and of the orders of markets, where it is certain that they are. */
export function orderCalls({ tree, types }: PythonSubject): OrderCall[] {
  return tree.all('Call').flatMap((call) => {
    const method = types.method(call);
    return method?.owner === 'Orders' && Object.hasOwn(orderOptions, method.name)
      ? [{ call, method: method.name }]
      : [];
  });
}
