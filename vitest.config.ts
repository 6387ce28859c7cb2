import { defineConfig } from 'vitest/config';
import { isBuilt, virtualModule } from './build.mjs';
import manifest from './package.json' with { type: 'json' };

const virtual = '\0virtual:';

if (!isBuilt()) {
  console.warn(
    'dist/ is older than the sources: tests of built programs see the old ones. Run npm run build.',
  );
}

export default defineConfig({
  plugins: [
    {
      name: 'virtual-modules',
      resolveId: (id) => (id.startsWith('virtual:') ? `\0${id}` : undefined),
      load: (id) => (id.startsWith(virtual) ? virtualModule(id.slice(virtual.length)) : undefined),
    },
  ],
  define: { __LAB_VERSION__: JSON.stringify(manifest.version) },
  test: {
    // Tests of several stages run at once, and none of them is to fail for a machine that is busy.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          setupFiles: ['test/setup/propertySeed.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{docker,editor,browser}.test.ts'],
          // With two processors there would be one: beside the other stages for most of the time, then alone.
          maxWorkers: '100%',
        },
      },
      {
        extends: true,
        test: {
          name: 'docker',
          include: ['test/**/*.docker.test.ts'],
          globalSetup: ['test/setup/docker.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'editor',
          // In a real VS Code, or of a panel alone in a browser.
          include: ['test/**/*.{editor,browser}.test.ts'],
          globalSetup: ['test/setup/docker.ts', 'test/setup/editor.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
});
