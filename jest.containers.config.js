import config from './jest.config.js'

/** `npm run test:containers`: it builds images and needs a Docker engine, so it stays out of `npm test`. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/containers/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 600_000,
  maxWorkers: 1, // a stack at a time
}
