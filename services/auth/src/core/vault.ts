import { seal, unseal } from './secrets.ts'

/** Keeps secrets that must be read again: at rest they are sealed under SECRETS_KEY. `context` names what a secret is of, and is the same at both ends. */
export interface Vault {
  seal(text: string, context: string): string
  /** What any of the keys sealed; `isStale` when that was not the first. @throws WrongSecretsKey when none opens it. */
  open(sealed: string, context: string): { text: string; isStale: boolean }
}

/** `secretsKeys`: the first seals, all open, so that they can be replaced. */
export function createVault(secretsKeys: readonly string[]): Vault {
  const [first = ''] = secretsKeys
  return {
    seal: (text, context) => seal(text, { secret: first, context }),
    open(sealed, context) {
      for (const secret of secretsKeys) {
        try {
          return { text: unseal(sealed, { secret, context }), isStale: secret !== first }
        } catch {}
      }
      throw new WrongSecretsKey()
    },
  }
}

/** SECRETS_KEY is not the one that this database's secrets were sealed with. */
export class WrongSecretsKey extends Error {
  /** Its message is all that a person needs. */
  readonly expected = true

  constructor() {
    super(
      'SECRETS_KEY does not open the secrets of this database: set the one it was first started with (several, separated by commas, while rotating)',
    )
    this.name = 'WrongSecretsKey'
  }
}
