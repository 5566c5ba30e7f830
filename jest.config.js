export default {
  testEnvironment: 'node',
  testTimeout: 15_000, // a watchdog, no rule: keys and hashes take their time where other work goes on
  testEnvironmentOptions: { customExportConditions: ['menshen-source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/{packages,services,examples}/*/{src,test}/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(faults|containers)/'], // npm run test:faults, npm run test:containers
  globalSetup: '<rootDir>/test/support/temporary-folder.js',
  globalTeardown: '<rootDir>/test/support/temporary-folder-gone.js',
  setupFilesAfterEnv: ['<rootDir>/test/support/wire.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
}
