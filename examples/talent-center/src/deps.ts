import type { Login } from '@menshen/login'
import type { OpenApi } from './apis/open-api.ts'
import type { UserApi } from './apis/user-api.ts'

/** What the pages work with. */
export interface TalentCenterDeps {
  login: Login
  /** Where the person's account is. */
  issuer: string
  userApi: UserApi
  openApi: OpenApi
  log: (line: string) => void
}
