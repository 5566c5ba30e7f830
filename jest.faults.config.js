import config from './jest.config.js'

/** `npm run test:faults`: each test kills what it leans on, so these stay out of `npm test`. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/faults/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
}
