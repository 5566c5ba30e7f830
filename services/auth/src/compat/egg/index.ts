import type { Mount } from '../index.ts'

/** egg-oauth2-server, as its example speaks it; `/authorize` is the core's. */
export const mountEgg: Mount = () => {}
