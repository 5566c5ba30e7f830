export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['menshen-source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/{packages,services,examples}/*/{src,test}/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/temporary-folder.js',
  globalTeardown: '<rootDir>/test/support/temporary-folder-gone.js',
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
