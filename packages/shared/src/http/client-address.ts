import { BlockList, isIP } from 'node:net'
import type { Middleware } from 'koa'

/** What `clientAddress` leaves in `ctx.state`. */
export interface AddressState {
  address: string
}

/**
 * Finds the address of the client: that of the connection, or, as long as it is one of our proxies, the one that this proxy saw
 * (X-Forwarded-For, from its end). What anybody else writes there is not believed.
 */
export function clientAddress(trustedProxies: readonly string[]): Middleware<AddressState> {
  const trusted = blockListOf(trustedProxies)
  return (ctx, next) => {
    const connection = plain(ctx.req.socket.remoteAddress ?? '')
    const forwarded = ctx.get('x-forwarded-for')
    ctx.state.address = forwarded === '' ? connection : nearestStranger(connection, forwarded, trusted)
    return next()
  }
}

function nearestStranger(connection: string, forwarded: string, trusted: BlockList): string {
  const seen = forwarded.split(',').map((address) => plain(address.trim()))
  let address = connection
  while (isTrusted(address, trusted)) {
    const before = seen.pop()
    if (before === undefined || isIP(before) === 0) return address
    address = before
  }
  return address
}

const isTrusted = (address: string, trusted: BlockList) =>
  isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** An IPv4 address that came through an IPv6 socket is that address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '')

function blockListOf(proxies: readonly string[]): BlockList {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}
