/** The body of an answer as text; throws as soon as it is longer than the limit, in characters. */
export async function boundedText(response: Response, limit: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > limit) throw new Error(`${response.url} answers with more than ${limit} characters`)
  }
  return text
}
