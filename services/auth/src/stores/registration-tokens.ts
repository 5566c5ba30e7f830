import { defineCollection } from '@menshen/shared/storage'
import type { RegistrationToken } from '../core/types.ts'

/** Initial access tokens (RFC 7591 section 3), as long as they live. */
export const registrationTokens = defineCollection<RegistrationToken>({
  name: 'registration_tokens',
  key: 'id',
  unique: [['hash']],
  indexes: [['createdAt']],
  expiry: 'expiresAt',
})
