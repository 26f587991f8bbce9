import { defineConfig } from 'vitest/config'

/** `npm run test:peers`: what speaks to programs of other people, which have to be installed. */
export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
