import { addressBlock } from '../core/throttle.ts'

/** An address without its last part: enough to know one's own home by, and no more to whoever looks over the shoulder. Of this very computer nothing. */
export function coarseAddress(address: string): string | undefined {
  if (address === '::1' || address.startsWith('127.')) return undefined
  if (address.includes(':')) return `${addressBlock(address).split(':').slice(0, 3).join(':')}:*`
  return address.replace(/\.\d+$/, '.*')
}
