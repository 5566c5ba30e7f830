/** A failure that a page has words of its own for. */
export class PageError extends Error {
  readonly phrase: 'notFound' | 'expired' | 'missingCookies' | 'csrf'
  readonly status: number

  constructor(phrase: PageError['phrase'], status: number) {
    super(phrase)
    this.name = 'PageError'
    this.phrase = phrase
    this.status = status
  }
}
