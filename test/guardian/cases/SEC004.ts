import { atTop, inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    atTop('Array.prototype.sum = () => 0;'),
    inNext('orders.buy = () => 1;'),
    inNext('levels.__proto__.x = 1;'),
    atTop('Math = 1;'),
    inNext('Object.assign(orders, {});'),
  ],
  clean: [
    inNext('const own = { a: 1 }; own.a = 2;'),
    inNext('const copy = Object.assign({}, { a: 1 });'),
    inNext('levels[0] = 4;'),
  ],
};
