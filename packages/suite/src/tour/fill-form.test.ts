import { expect, test } from '@jest/globals'
import { fillForm } from './fill-form.ts'

const page = `
  <form action="/language"><input type="hidden" name="lang" value="en"></form>
  <form method="post" action="/interaction/1/sign-in?a=1&amp;b=2">
    <input type="hidden" name="csrf" value="&quot;t&quot;">
    <input name="username" value=""><input type="password" name="password">
    <input type="checkbox" name="remember"><button>Sign in</button>
  </form>`

const recall = (name: string) => ({ page, location: 'http://localhost:8060/interaction/1/sign-in' })[name] ?? ''

test('the right form of a page is filled in, with its hidden fields, and sent where it says', () => {
  expect(fillForm(recall, 'name="password"', { username: 'alice', password: 'secret' })).toEqual({
    method: 'POST',
    url: 'http://localhost:8060/interaction/1/sign-in?a=1&b=2',
    form: { csrf: '"t"', username: 'alice', password: 'secret' },
    browser: true,
  })
})

test('a page without that form is told', () => {
  expect(() => fillForm(recall, 'name="decision"', {})).toThrow('no form with name="decision"')
})
