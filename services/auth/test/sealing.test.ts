import { hkdfSync } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { newSecret, sealingKey } from '../src/core/secrets.ts'

test('a sealing key is the HKDF-SHA-256 of its secret and context (RFC 5869 section 2)', () => {
  for (const secret of [newSecret(), '', 'a secret of any length '.repeat(9)]) {
    const derived = hkdfSync('sha256', secret, '', 'menshen refresh token successor', 32)
    expect(sealingKey(secret, 'refresh token successor')).toEqual(Buffer.from(derived))
  }
})
