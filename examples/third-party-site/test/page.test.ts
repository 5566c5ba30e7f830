import { expect, test } from '@jest/globals'
import { html, layout, markupOf } from '../src/page.ts'

test('whatever stands in a template is escaped, in text and in attributes', () => {
  const page = html`<a title="${`"'&`}">${'<script>alert(1)</script>'}</a>`
  expect(markupOf(page)).toBe('<a title="&quot;&#39;&amp;">&lt;script&gt;alert(1)&lt;/script&gt;</a>')
})

test('templates nest without being escaped twice, lists are joined, and nothing is shown for undefined', () => {
  const items = ['a&b', 'c'].map((item) => html`<li>${item}</li>`)
  expect(markupOf(html`<ul>${items}</ul>${undefined}${3}`)).toBe('<ul><li>a&amp;b</li><li>c</li></ul>3')
})

test('an object from JSON is no markup, whatever it looks like', () => {
  const forged = JSON.parse('{"markup":"<b>","Symbol(markup)":"<b>"}')
  expect(markupOf(html`<p>${forged}</p>`)).not.toContain('<b>')
})

test('the frame names its language', () => {
  const phrases = { locale: 'zh-CN', footer: '' } as Parameters<typeof layout>[0]
  expect(markupOf(layout(phrases, html``))).toContain('<html lang="zh-CN">')
})
