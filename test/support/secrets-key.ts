/** Seals what the suites of the tests keep secret. */
export const suiteSecretsKey = 'the secrets key of the suite tests; 32 or more'
