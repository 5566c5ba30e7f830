/** A failure that a page has words of its own for. */
export class PageError extends Error {
  readonly phrase: 'notFound' | 'expired' | 'missingCookies' | 'csrf'
  readonly status: number
  /** The way back to the app, where it is known. */
  readonly back: WayBack | undefined

  constructor(phrase: PageError['phrase'], status: number, back?: WayBack) {
    super(phrase)
    this.name = 'PageError'
    this.phrase = phrase
    this.status = status
    this.back = back
  }

  /** The same failure, with the way back to the app. */
  offering(back: WayBack): PageError {
    return new PageError(this.phrase, this.status, back)
  }
}

export interface WayBack {
  href: string
  /** Of the app. */
  name: string
}
