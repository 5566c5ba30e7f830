import { type Outbound, refusal } from './outbound.ts'

/** Sends a form to an address that somebody else chose; rejects unless it was taken. What the answer says besides is not read. */
export const createFormPoster =
  (ask: Outbound) =>
  async (address: string, form: Record<string, string>): Promise<void> => {
    const response = await ask(address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    })
    if (![200, 202, 204].includes(response.statusCode ?? 0)) throw refusal(address, response)
    response.destroy()
  }
