import { createCookieJar } from '@menshen/shared/testing/cookie-jar'
import { discovery } from './chapters/discovery.ts'
import { mobileApp } from './chapters/mobile-app.ts'
import { reportJob } from './chapters/report-job.ts'
import { thirdPartySite } from './chapters/third-party-site.ts'
import { createMemory } from './memory.ts'
import type { TourOptions } from './options.ts'
import { createPrinter, summary } from './print.ts'
import type { Answer, Chapter, Step, TourRequest } from './step.ts'
import { visit } from './visit.ts'

/** A step that did not go as it should. */
export class TourFailure extends Error {
  readonly sentence: string

  constructor({ sentence }: Step, expected: string, came: string, cause?: unknown) {
    super(`This step failed: ${sentence}\n  expected: ${expected}\n  came: ${came}`, { cause })
    this.name = 'TourFailure'
    this.sentence = sentence
  }
}

/** Walks through the running suite, printing who asks whom. @throws TourFailure at the first step that goes wrong. */
export async function runTour({ addresses, demo, print, colour = false }: TourOptions): Promise<{ steps: number }> {
  const chapters = [discovery, mobileApp, thirdPartySite, reportJob].map((chapter) => chapter({ addresses, demo }))
  const printer = createPrinter(print, colour)
  const memory = createMemory()
  const cookies = createCookieJar()
  const send = (request: TourRequest) => visit(request, cookies, printer)

  for (const { title, steps } of chapters) {
    printer.title(title)
    for (const step of steps) {
      printer.sentence(step.sentence)
      const answer = await answered(step, step.request(memory.recall), send)
      requireExpected(step, answer)
      memory.remember(answer)
    }
  }
  return { steps: count(chapters) }
}

const count = (chapters: readonly Chapter[]) => chapters.reduce((sum, { steps }) => sum + steps.length, 0)

/** @throws TourFailure with the way out, when nobody answers. */
async function answered(step: Step, request: TourRequest, send: (request: TourRequest) => Promise<Answer>): Promise<Answer> {
  try {
    return await send(request)
  } catch (cause) {
    const { origin } = new URL(request.url)
    throw new TourFailure(step, `an answer from ${origin}`, 'none. Is the suite running? Start it with: npm start', cause)
  }
}

function requireExpected(step: Step, answer: Answer): void {
  const failed = step.expect.find((check) => !check.holds(answer))
  if (failed) throw new TourFailure(step, failed.expected, summary(answer))
}
