import type { Context } from 'koa'
import { newSecret } from '../core/secrets.ts'
import type { Cookies } from './cookies.ts'
import type { Mac } from './mac.ts'

/** The devices on which people signed in before: a cookie that names the device, with a proof for each of its people. */
export interface KnownDevices {
  /** The name of this device for an account that signed in on it. */
  nameFor(ctx: Context, sub: string): string | undefined
  remember(ctx: Context, sub: string): void
}

/** People who share a device; of more the last are known. */
const most = 5

export function createKnownDevices(cookies: Cookies, mac: Mac): KnownDevices {
  function read(ctx: Context): { id: string; proofs: string[] } {
    const [id = newSecret(), ...proofs] = cookies.readDevice(ctx)?.split('.') ?? []
    return { id, proofs }
  }
  return {
    nameFor(ctx, sub) {
      const { id, proofs } = read(ctx)
      const isKnown = proofs.some((proof) => mac.proves(proof, [id, sub]))
      return isKnown ? `${id} ${sub}` : undefined
    },
    remember(ctx, sub) {
      const { id, proofs } = read(ctx)
      const others = proofs.filter((proof) => !mac.proves(proof, [id, sub]))
      cookies.writeDevice(ctx, [id, mac.token([id, sub]), ...others].slice(0, most + 1).join('.'))
    },
  }
}
