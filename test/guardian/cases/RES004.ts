import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('for (let i = 0; i <= bar.index; i++) fast.ago(i);'),
    inNext('levels.push(bar.close); const sum = levels.reduce((a, b) => a + b, 0);'),
    inNext('levels.push(bar.close); for (const level of levels) if (level > 1) log("x");'),
    inNext('levels.push(bar.close); const top = Math.max(...levels);'),
    inNext('levels.push(bar.close); for (let i = 0; i < levels.length; i++) if (levels[i] > 3) log("x");'),
  ],
  clean: [
    inNext('for (let i = 0; i < 20; i++) fast.ago(i);'),
    inNext(
      'levels.push(bar.close); if (levels.length > 9) levels.shift(); const sum = levels.reduce((a, b) => a + b, 0);',
    ),
    inNext('const sum = levels.reduce((a, b) => a + b, 0);'),
    inNext(
      'levels.push(bar.close); for (let i = levels.length - 3; i < levels.length; i++) if (levels[i] > 3) log("x");',
    ),
    inNext('levels.push(bar.close); const sum = levels.slice(-20).reduce((a, b) => a + b, 0);'),
    inNext('levels.push(bar.close); if (bar.index % 100 === 0) for (const level of levels) log("x");'),
  ],
};
