import { ExpectedError } from '@menshen/shared/run-main'

/** What was asked for can't be done as things are; the message says why. */
export class Refusal extends ExpectedError {
  override readonly name: string = 'Refusal'
}

/** There is no such thing. */
export class NotFound extends Refusal {
  override readonly name = 'NotFound'
}
