import type { Login } from '@menshen/login'
import type { OpenApi } from './apis/open-api.ts'
import type { UserApi } from './apis/user-api.ts'

/** What the pages work with. */
export interface TalentCenterDeps {
  login: Login
  /** Where else a person may want to go. */
  links: { account: string; projectCenter: string }
  userApi: UserApi
  openApi: OpenApi
  log: (line: string) => void
}
