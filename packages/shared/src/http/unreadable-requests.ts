import { type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

/** What Node answers by itself to what it can not read; anything else is 400. */
const statuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/** What senders can mend is told them: curl, for one, sends an address as it was typed. */
const reasons: Readonly<Record<string, string>> = {
  HPE_INVALID_URL: 'The address is malformed: what is not ASCII must be percent-encoded in it (RFC 3986 section 2.1).\n',
}

/** Where Node keeps the response that is under way. */
type Connection = Socket & { _httpMessage?: { headersSent: boolean } | null }

/** Answers requests that can not be read as Node does by itself, and says why where the sender can mend it; the connection ends at once. */
export function answerUnreadable(server: Server): void {
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket: Connection) => {
    if (socket.writable && !socket._httpMessage?.headersSent) socket.write(answerTo(code))
    socket.destroy()
  })
}

function answerTo(code: string): string {
  const status = statuses[code] ?? 400
  const reason = reasons[code] ?? ''
  const type = reason && 'Content-Type: text/plain\r\n'
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${type}Content-Length: ${reason.length}\r\n\r\n${reason}`
}
